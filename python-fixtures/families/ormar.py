"""ormar, on asyncpg.

    database = DatabaseConnection(url)      # "postgresql+asyncpg://user@/database?host=…"
    await database.connect()                # an engine of SQLAlchemy's; statements commit by themselves

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `database` (connected), `url` (text) and
`await connect()`, which returns one more connected DatabaseConnection. Afterwards all are disconnected; a
transaction that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

import importlib
from typing import Any

import sqlalchemy.ext.asyncio
from ormar import DatabaseConnection

from families.sqlalchemy import url_of
from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("database", "connect", "url")


def load(driver: str | None) -> Family:
    if driver != "asyncpg":
        raise ValueError("ormar runs on asyncpg here, not on %s" % driver)
    importlib.import_module(driver)
    sqlalchemy.ext.asyncio.create_async_engine("postgresql+asyncpg://")  # loads the dialect, does not connect
    return Family(async_session=AsyncSession)


class AsyncSession:
    subject = "database"

    def __init__(self, endpoint: Endpoint) -> None:
        self.url = url_of("asyncpg", endpoint)
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        database = await self.connect()
        self.scope = {"database": database, "connect": self.connect, "url": self.url}

    async def connect(self) -> Any:
        database = DatabaseConnection(self.url)
        await database.connect()
        self.opened.append(database)
        return database

    async def identify(self, subject: Any) -> Identity:
        async with subject.engine.connect() as conn:
            version, run_id, nonce, pid = (await conn.exec_driver_sql(IDENTITY_SQL)).one()
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        for database in self.opened:
            await database.disconnect()
