"""psqlpy.

    pool = psqlpy.ConnectionPool(**dsn)
    conn = await pool.connection()          # every statement commits by itself, the default

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `conn`, `dsn` (keyword arguments of
psqlpy.ConnectionPool) and `await connect()`, which opens one more connection, in a pool of its own.
Afterwards all pools are closed; a transaction that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

from typing import Any

import psqlpy

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "connect", "dsn")

#: Rows are dicts: every column needs a name of its own.
_NAMED = "select * from (%s) as identity (version, run_id, nonce, pid)" % IDENTITY_SQL


def load(driver: str | None) -> Family:
    return Family(async_session=AsyncSession)


class AsyncSession:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn: dict[str, Any] = {
            "host": endpoint.host,
            "port": endpoint.port,
            "username": endpoint.user,
            "db_name": endpoint.database,
        }
        self.scope: dict[str, object] = {}
        self.opened: list[tuple[Any, Any]] = []

    async def open(self) -> None:
        conn = await self.connect()
        self.scope = {"conn": conn, "connect": self.connect, "dsn": dict(self.dsn)}

    async def connect(self) -> Any:
        pool = psqlpy.ConnectionPool(**self.dsn)
        conn = await pool.connection()
        self.opened.append((pool, conn))
        return conn

    async def identify(self, subject: Any) -> Identity:
        async with subject.transaction() as transaction:  # a pooler may part what is not in one
            row = (await transaction.fetch_row(_NAMED)).result()
        return row["version"], row["run_id"], row["nonce"], row["pid"]

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        for pool, conn in self.opened:
            give_back = conn.close if hasattr(conn, "close") else conn.back_to_pool  # its name before 0.11
            give_back()
            pool.close()
