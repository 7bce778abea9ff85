"""databases, on asyncpg or aiopg.

    database = Database(url)            # "postgresql+asyncpg://user@:5432/database?host=…&min_size=1"
    await database.connect()            # a pool; every statement commits by itself

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `database` (connected), `url` (text) and
`await connect()`, which returns one more connected Database. Afterwards all are disconnected; a transaction
that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Any
from urllib.parse import quote

from databases import Database

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("database", "connect", "url")


def load(driver: str | None) -> Family:
    if driver not in ("asyncpg", "aiopg"):
        raise ValueError("databases runs on asyncpg or aiopg, not on %s" % driver)
    importlib.import_module(driver)
    Database("postgresql+%s://" % driver)  # loads the backend, does not connect
    return Family(async_session=lambda endpoint: AsyncSession(driver, endpoint), libpq=_libpq(driver))


def _libpq(driver: str) -> int | None:
    if driver != "aiopg":
        return None
    return int(importlib.import_module("psycopg2").extensions.libpq_version())


class AsyncSession:
    subject = "database"

    def __init__(self, driver: str, endpoint: Endpoint) -> None:
        host, port, user, database = endpoint
        self.url = "postgresql+%s://%s@:%d/%s?host=%s&min_size=1" % (
            *(driver, user, port, database),
            quote(host, safe=""),
        )
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        database = await self.connect()
        self.scope = {"database": database, "connect": self.connect, "url": self.url}

    async def connect(self) -> Any:
        database = Database(self.url)
        await database.connect()
        self.opened.append(database)
        return database

    async def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = (await subject.fetch_one(IDENTITY_SQL))._mapping.values()
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        for database in self.opened:
            if not database.is_connected:
                continue
            try:
                await asyncio.wait_for(database.disconnect(), 1)
            except asyncio.TimeoutError:  # a connection that the recipe never gave back
                database._backend._pool.terminate()
