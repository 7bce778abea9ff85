"""GINO, on asyncpg.

    db = Gino()
    await db.set_bind(url)              # a pool; statements commit by themselves

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`, `db` (bound), `url` (SQLAlchemy's URL:
as text it has no place for a socket) and `await connect()`, which returns one more Gino object, bound
to a pool of its own. Afterwards all are closed; a transaction that the recipe left open is thereby rolled
back.
"""

from __future__ import annotations

import importlib
from typing import Any

from gino import Gino, create_engine
from sqlalchemy.engine.url import URL

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("db", "connect", "url")


def load(driver: str | None) -> Family:
    if driver != "asyncpg":
        raise ValueError("GINO runs on asyncpg, not on %s" % driver)
    importlib.import_module("gino.dialects.asyncpg")
    return Family(async_session=AsyncSession)


class AsyncSession:
    subject = "db"

    def __init__(self, endpoint: Endpoint) -> None:
        host, port, user, database = endpoint
        self.url = URL("postgresql", host=host, port=port, username=user, database=database)
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        self.scope = {"db": await self.connect(), "connect": self.connect, "url": self.url}

    async def connect(self) -> Any:
        db = Gino()
        await db.set_bind(await create_engine(self.url, min_size=1))
        self.opened.append(db)
        return db

    async def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = await subject.first(IDENTITY_SQL)
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        for db in self.opened:
            db.bind.raw_pool.terminate()

    async def close(self) -> None:
        for db in self.opened:
            await db.pop_bind().close()
