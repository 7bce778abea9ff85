"""SQLObject, on psycopg2 or psycopg.

    connection = PostgresConnection(**dsn)  # host, port, db, user, driver; statements commit by themselves
    sqlhub.processConnection = connection   # of all classes that name no other

In scope: `value`, `connection`, `dsn` and `connect()`, which returns one more PostgresConnection. Afterwards
all are closed; a transaction that the recipe left open is thereby rolled back. Recipes with `await` run in
`asyncio.run` with the same names in scope.
"""

from __future__ import annotations

import importlib
from typing import Any

import sqlobject
from sqlobject.postgres.pgconnection import PostgresConnection

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("connection", "connect", "dsn")


def load(driver: str | None) -> Family:
    if driver not in ("psycopg2", "psycopg"):
        raise ValueError("SQLObject runs on psycopg2 or psycopg here, not on %s" % driver)
    module: Any = importlib.import_module(driver)
    libpq = module.extensions.libpq_version() if driver == "psycopg2" else module.pq.version()
    return Family(session=lambda endpoint: Session(driver, endpoint), libpq=libpq)


class Session:
    subject = "connection"

    def __init__(self, driver: str, endpoint: Endpoint) -> None:
        host, port, user, database = endpoint
        self.dsn = {"host": host, "port": port, "user": user, "db": database, "driver": driver}
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        connection = self.connect()
        sqlobject.sqlhub.processConnection = connection
        self.scope = {"connection": connection, "connect": self.connect, "dsn": dict(self.dsn)}

    def connect(self) -> Any:
        connection = PostgresConnection(**self.dsn)
        self.opened.append(connection)
        return connection

    def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = subject.queryOne(IDENTITY_SQL)
        return version, run_id, nonce, pid

    def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    def rollback(self) -> None:
        """Closing rolls back."""

    def close(self) -> None:
        for connection in self.opened:
            connection.close()
