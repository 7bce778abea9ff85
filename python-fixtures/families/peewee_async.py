"""Peewee with asyncio, on asyncpg: playhouse.pwasyncio.

    db = AsyncPostgresqlDatabase(**dsn)     # a pool, and a connection of it for each task
    async with db:                          # takes the task's connection, and gives it back

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `db` (its pool is open), `dsn` (its
keyword arguments) and `await connect()`, which returns one more database object with a pool of its own.
Peewee commits every statement outside `db.atomic()`. Afterwards all pools are closed; a transaction that the
recipe left open is thereby rolled back.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

from playhouse.pwasyncio import AsyncPostgresqlDatabase

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("db", "connect", "dsn")


def load(driver: str | None) -> Family:
    if driver != "asyncpg":
        raise ValueError("Peewee's asyncio runs on asyncpg, not on %s" % driver)
    importlib.import_module("playhouse.postgres_ext")  # here once, and not in every fork
    return Family(async_session=AsyncSession)


class AsyncSession:
    subject = "db"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint._asdict()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        self.scope = {"db": await self.connect(), "connect": self.connect, "dsn": dict(self.dsn)}

    async def connect(self) -> Any:
        db = AsyncPostgresqlDatabase(**self.dsn)
        self.opened.append(db)
        async with db:
            return db

    async def identify(self, subject: Any) -> Identity:
        async with subject:
            version, run_id, nonce, pid = (await subject.aexecute_sql(IDENTITY_SQL)).fetchone()
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside `atomic` are committed."""

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        for db in self.opened:
            try:
                await asyncio.wait_for(db.close_pool(), 1)
            except asyncio.TimeoutError:  # a connection that the recipe never gave back
                db._pool.terminate()
