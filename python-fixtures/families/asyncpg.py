"""asyncpg.

    conn = await asyncpg.connect(**dsn)     # every statement commits by itself, the default

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `conn`, `dsn` (keyword arguments of
asyncpg.connect) and `await connect()`, which opens one more connection. Afterwards all are closed; a
transaction that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

from typing import Any

import asyncpg

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "connect", "dsn")


def load(driver: str | None) -> Family:
    return Family(async_session=AsyncSession)


class AsyncSession:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint._asdict()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        conn = await self.connect()
        self.scope = {"conn": conn, "connect": self.connect, "dsn": dict(self.dsn)}

    async def connect(self) -> Any:
        conn = await asyncpg.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    async def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = await subject.fetchrow(IDENTITY_SQL)
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        for conn in self.opened:
            conn.terminate()

    async def close(self) -> None:
        for conn in self.opened:
            await conn.close(timeout=1)
