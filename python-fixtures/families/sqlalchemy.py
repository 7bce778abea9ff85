"""SQLAlchemy, on psycopg2, psycopg, asyncpg or pg8000.

    engine = create_engine(url)         # "postgresql+psycopg2://user@/database?host=…"; 1.4: future=True
    conn = engine.connect()

In scope: `value`, `engine`, `conn`, `url` (text) and `connect()`, which opens one more Connection. After a
recipe that returns, every open Connection is committed, `conn` first, then the engine is disposed; after one
that raises, they are rolled back. On asyncpg, code without `await` runs as inside `AsyncConnection.run_sync`,
with the plain engine and Connection.

Recipes with `await` get `value`, `url` and `await connect()` (an AsyncConnection) and make an engine of their
own.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Any, Callable

import sqlalchemy
import sqlalchemy.orm
from sqlalchemy.engine import URL

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("engine", "conn", "connect", "url")

#: Drivers that SQLAlchemy can run in an event loop.
_ASYNC_DRIVERS = ("asyncpg", "psycopg")


def load(driver: str | None) -> Family:
    if driver is None:
        raise ValueError("SQLAlchemy needs a driver")
    module = importlib.import_module(driver)
    sqlalchemy.create_engine("postgresql+%s://" % driver)  # loads the dialect, does not connect
    if driver in _ASYNC_DRIVERS:
        importlib.import_module("sqlalchemy.ext.asyncio")
    return Family(
        session=lambda endpoint: Session(driver, endpoint),
        async_session=lambda endpoint: AsyncSession(driver, endpoint),
        libpq=_libpq(driver, module),
        call=_in_greenlet if driver == "asyncpg" else None,
    )


def _libpq(driver: str, module: Any) -> int | None:
    if driver == "psycopg2":
        return int(module.extensions.libpq_version())
    return int(module.pq.version()) if driver == "psycopg" else None


def _in_greenlet(run: Callable[[], None]) -> None:
    """What AsyncConnection.run_sync does: plain code whose input and output an event loop performs."""
    from sqlalchemy.util import greenlet_spawn

    asyncio.run(greenlet_spawn(run))


def url_of(driver: str, endpoint: Endpoint) -> str:
    """The address as an engine takes it; also for families that stand on SQLAlchemy."""
    base: dict[str, Any] = {"username": endpoint.user, "database": endpoint.database}
    if endpoint.socket is None:
        base.update(host=endpoint.host, port=endpoint.port)
    elif driver == "pg8000":
        base.update(query={"unix_sock": endpoint.socket})
    else:
        base.update(query={"host": endpoint.host, "port": str(endpoint.port)})
    return str(URL.create("postgresql+" + driver, **base))


class Session:
    subject = "conn"

    def __init__(self, driver: str, endpoint: Endpoint) -> None:
        self.driver = driver
        self.url = url_of(driver, endpoint)
        self.scope: dict[str, object] = {}
        self.engine: Any = None
        self.opened: list[Any] = []

    def open(self) -> None:
        if self.driver == "asyncpg":
            from sqlalchemy.ext.asyncio import create_async_engine

            self.engine = create_async_engine(self.url).sync_engine
        else:
            self.engine = sqlalchemy.create_engine(self.url, future=True)
        conn = self.connect()
        self.scope = {"engine": self.engine, "conn": conn, "connect": self.connect, "url": self.url}

    def connect(self) -> Any:
        conn = self.engine.connect()
        self.opened.append(conn)
        return conn

    def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = subject.exec_driver_sql(IDENTITY_SQL).one()
        subject.rollback()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        for conn in self.usable():
            conn.commit()

    def rollback(self) -> None:
        for conn in self.usable():
            conn.rollback()

    def close(self) -> None:
        for conn in self.opened:
            conn.close()
        self.engine.dispose()

    def usable(self) -> list[Any]:
        return [conn for conn in self.opened if not conn.closed and not conn.invalidated]


class AsyncSession:
    """The recipe's own engine is out of reach, so another connection says which server stands behind the
    URL."""

    subject = None

    def __init__(self, driver: str, endpoint: Endpoint) -> None:
        self.driver = driver
        self.endpoint = endpoint
        self.url = url_of(driver, endpoint)
        self.scope: dict[str, object] = {}
        self.engine: Any = None
        self.opened: list[Any] = []

    async def open(self) -> None:
        if self.driver in _ASYNC_DRIVERS:
            from sqlalchemy.ext.asyncio import create_async_engine

            self.engine = create_async_engine(self.url)
        self.scope = {"url": self.url, "connect": self.connect}

    async def connect(self) -> Any:
        if self.engine is None:
            raise RuntimeError("SQLAlchemy does not run %s in an event loop" % self.driver)
        conn = await self.engine.connect()
        self.opened.append(conn)
        return conn

    async def identify(self, subject: Any) -> Identity:
        if self.engine is None:
            plain = Session(self.driver, self.endpoint)
            plain.open()
            identity = plain.identify(plain.opened[0])
            plain.close()
            return identity
        async with self.engine.connect() as conn:
            version, run_id, nonce, pid = (await conn.exec_driver_sql(IDENTITY_SQL)).one()
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        for conn in self.opened:
            if not conn.closed:
                await conn.commit()

    async def rollback(self) -> None:
        """Closing rolls back."""

    async def close(self) -> None:
        for conn in self.opened:
            await conn.close()
        if self.engine is not None:
            await self.engine.dispose()
