"""edgy, on asyncpg.

    models = Registry(database=url)         # "postgresql+asyncpg://user@/database?host=…"
    async with models: …                    # a pool; statements commit by themselves

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `models` (connected; its Database is
`models.database`), `url` (text) and `await connect()`, which returns one more connected Database. Afterwards
all are disconnected; a transaction that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

import importlib
from typing import Any

import edgy

from families.sqlalchemy import url_of
from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("models", "connect", "url")


def load(driver: str | None) -> Family:
    if driver != "asyncpg":
        raise ValueError("edgy runs on asyncpg, not on %s" % driver)
    importlib.import_module(driver)
    edgy.Database("postgresql+asyncpg://")  # loads the backend, does not connect
    return Family(async_session=AsyncSession)


class AsyncSession:
    subject = "models"

    def __init__(self, endpoint: Endpoint) -> None:
        self.url = url_of("asyncpg", endpoint)
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        models = edgy.Registry(database=self.url)
        await models.__aenter__()
        self.scope = {"models": models, "connect": self.connect, "url": self.url}

    async def connect(self) -> Any:
        database = edgy.Database(self.url)
        await database.connect()
        self.opened.append(database)
        return database

    async def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = await subject.database.fetch_one(IDENTITY_SQL)
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        for database in self.opened:
            await database.disconnect()
        models: Any = self.scope.get("models")
        if models is not None:
            await models.__aexit__()
