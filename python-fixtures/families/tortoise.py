"""Tortoise ORM, on asyncpg or psycopg.

    await Tortoise.init(config={"connections": {"default": {"engine": …, "credentials": dsn}}, …})
    conn = connections.get("default")

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`; `conn`, the client of the connection
`default`; `await init(*models, **credentials)`, which does what `Tortoise.init(config)` and
`Tortoise.generate_schemas()` do for a module of these models, with what is given by name among the
credentials (the drivers' pools take `init=` or `configure=` from there); `dsn` (the credentials) and
`await connect()`, a client with a pool of its own to the same place. Statements outside `in_transaction`
are committed. Afterwards all pools are closed.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import warnings
from types import ModuleType
from typing import Any

from tortoise import Tortoise
from tortoise.connection import connections

from runner.recipe import MODULE
from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "init", "connect", "dsn")

#: Rows are dicts by name on psycopg, so that every column needs a name of its own.
_IDENTITY_SQL = "select * from (%s) as identity (version, run_id, nonce, pid)" % IDENTITY_SQL


def load(driver: str | None) -> Family:
    if driver not in ("asyncpg", "psycopg"):
        raise ValueError("Tortoise ORM runs on asyncpg or psycopg, not on %s" % driver)
    engine = "tortoise.backends." + driver
    backend = importlib.import_module(engine)
    importlib.import_module("tortoise.contrib.postgres.fields")  # here once, and not in every fork
    libpq = importlib.import_module("psycopg.pq").version() if driver == "psycopg" else None
    return Family(
        async_session=lambda endpoint: AsyncSession(engine, backend.client_class, endpoint), libpq=libpq
    )


def _left_behind() -> list[Any]:
    """Tasks that run a recipe's code; those of a driver's pool are its own business."""
    frames = ((task, getattr(task.get_coro(), "cr_frame", None)) for task in asyncio.all_tasks())
    return [task for task, frame in frames if frame and frame.f_globals.get("__name__") == MODULE]


class AsyncSession:
    subject = "conn"

    def __init__(self, engine: str, client_class: Any, endpoint: Endpoint) -> None:
        self.engine = engine
        self.client_class = client_class
        self.dsn = endpoint._asdict()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        await self.start()
        self.scope = {
            "conn": connections.get("default"),
            "init": self.init,
            "connect": self.connect,
            "dsn": dict(self.dsn),
        }

    async def start(self, *models: Any, **credentials: Any) -> None:
        """Models are found in modules only, and those of a recipe are names of a function."""
        module = sys.modules[MODULE] = ModuleType(MODULE)
        module.__dict__["__models__"] = models
        default = {"engine": self.engine, "credentials": {**self.dsn, **credentials}}
        app = {"models": [MODULE], "default_connection": "default"}
        with warnings.catch_warnings():
            # There are none before the recipe has defined them; what it prints is the recipe's own.
            warnings.filterwarnings("ignore", "Module .* has no models", RuntimeWarning)
            await Tortoise.init(config={"connections": {"default": default}, "apps": {"models": app}})

    async def init(self, *models: Any, **credentials: Any) -> None:
        self.opened.append(connections.get("default"))  # `conn` of the recipe: it may be used all the same
        await self.start(*models, **credentials)
        await Tortoise.generate_schemas()

    async def connect(self) -> Any:
        client = self.client_class(connection_name="second", **self.dsn)
        self.opened.append(client)
        await client.create_connection(with_db=True)
        return client

    async def identify(self, subject: Any) -> Identity:
        """Asks the client that the models use where `init` has replaced the one of the start."""
        client = connections.get("default") if subject in self.opened else subject
        _, rows = await client.execute_query(_IDENTITY_SQL)
        version, run_id, nonce, pid = tuple(rows[0].values())
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Closing rolls back. Tasks that the recipe left behind would open a closed pool anew."""
        left = _left_behind()
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def close(self) -> None:
        await Tortoise.close_connections()
        for client in self.opened:
            await client.close()
