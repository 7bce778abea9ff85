"""aiopg: psycopg2 in its asynchronous mode.

    conn = await aiopg.connect(**dsn)       # every statement commits by itself, its only mode
    cur = await conn.cursor()

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `conn`, `cur`, `dsn` (keyword arguments
of aiopg.connect) and `await connect()`, which opens one more connection. Afterwards all are closed; a
transaction that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

from typing import Any

import aiopg
import psycopg2.extensions

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "cur", "connect", "dsn")


def load(driver: str | None) -> Family:
    return Family(async_session=AsyncSession, libpq=psycopg2.extensions.libpq_version())


class AsyncSession:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint.libpq()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        conn = await self.connect()
        cur = await conn.cursor()
        self.scope = {"conn": conn, "cur": cur, "connect": self.connect, "dsn": dict(self.dsn)}

    async def connect(self) -> Any:
        conn = await aiopg.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    async def identify(self, subject: Any) -> Identity:
        async with subject.cursor(cursor_factory=psycopg2.extensions.cursor) as cur:
            await cur.execute(IDENTITY_SQL)
            version, run_id, nonce, pid = await cur.fetchone()
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        for conn in self.opened:
            await conn.close()
