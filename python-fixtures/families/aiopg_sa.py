"""aiopg.sa: queries of SQLAlchemy Core on aiopg.

    engine = await create_engine(**dsn)     # a pool
    conn = await engine.acquire()           # every statement commits by itself, outside conn.begin()

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `engine`, `conn`, `dsn` (keyword
arguments of aiopg.sa.create_engine) and `await connect()`, which acquires one more connection of the engine.
Afterwards all are closed; a transaction that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

from typing import Any

import psycopg2.extensions
from aiopg.sa import create_engine

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

#: A row with two columns of one name cannot be read.
_IDENTITY_SQL = "select * from (%s) as identity (version, run_id, nonce, pid)" % IDENTITY_SQL

SCOPE = ("engine", "conn", "connect", "dsn")


def load(driver: str | None) -> Family:
    if driver != "psycopg2":
        raise ValueError("aiopg.sa runs on psycopg2, not on %s" % driver)
    return Family(async_session=AsyncSession, libpq=psycopg2.extensions.libpq_version())


class AsyncSession:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint.libpq()
        self.scope: dict[str, object] = {}
        self.engine: Any = None

    async def open(self) -> None:
        self.engine = await create_engine(**self.dsn)
        conn = await self.connect()
        self.scope = {"engine": self.engine, "conn": conn, "connect": self.connect, "dsn": dict(self.dsn)}

    async def connect(self) -> Any:
        return await self.engine.acquire()

    async def identify(self, subject: Any) -> Identity:
        row = await (await subject.execute(_IDENTITY_SQL)).first()
        version, run_id, nonce, pid = row.as_tuple()
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        self.engine.terminate()
        await self.engine.wait_closed()
