"""Piccolo ORM, on asyncpg.

    DB = PostgresEngine(config=dsn)     # piccolo_conf.py, where tables look for their engine

Every recipe is a coroutine, run by `asyncio.run`. In scope: `value`; `DB`, the engine of the module
`piccolo_conf`; `dsn`, its `config`; and `await connect()`, one more engine to the same place. Without a pool
(`await DB.start_connection_pool()`) each statement outside a transaction has a connection of its own, which
is how Piccolo comes, and is committed. Afterwards pools that were started are closed.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("DB", "connect", "dsn")

#: Rows are dicts by name, so that every column needs a name of its own.
_IDENTITY_SQL = "select * from (%s) as identity (version, run_id, nonce, pid)" % IDENTITY_SQL


def load(driver: str | None) -> Family:
    if driver != "asyncpg":
        raise ValueError("Piccolo runs on asyncpg, not on %s" % driver)
    for name in ("asyncpg", "piccolo.columns", "piccolo.conf.apps", "piccolo.table"):
        importlib.import_module(name)  # here once, and not in every fork
    return Family(async_session=AsyncSession)


class AsyncSession:
    subject = "DB"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint._asdict()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    async def open(self) -> None:
        conf = sys.modules["piccolo_conf"] = ModuleType("piccolo_conf")
        conf.__dict__["DB"] = database = await self.connect()
        self.scope = {"DB": database, "connect": self.connect, "dsn": dict(self.dsn)}

    async def connect(self) -> Any:
        engine = PostgresEngine(config=dict(self.dsn))
        self.opened.append(engine)
        return engine

    async def identify(self, subject: Any) -> Identity:
        rows = await subject.run_querystring(QueryString(_IDENTITY_SQL))
        version, run_id, nonce, pid = tuple(rows[0].values())
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    async def rollback(self) -> None:
        """Leaving the block of a transaction rolls back."""

    async def close(self) -> None:
        for engine in self.opened:
            if engine.pool:
                await engine.close_connection_pool()
