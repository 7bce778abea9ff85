"""Pony ORM, on psycopg2.

    db = Database()
    db.bind(provider="postgres", **dsn)     # entities of a recipe are subclasses of db.Entity

In scope: `value`, `db` (bound), `dsn` (keyword arguments of `bind`) and `connect()`, which returns one more
Database that is bound to the same place. A recipe opens its own `db_session`, as Pony asks for wherever the
database is used; the session commits at its end, and its connection goes back into the pool of the thread.
Afterwards all are disconnected. Recipes with `await` run in `asyncio.run` with the same names in scope.
"""

from __future__ import annotations

import importlib
from typing import Any

import psycopg2.extensions
from pony.orm import Database, db_session

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("db", "connect", "dsn")


def load(driver: str | None) -> Family:
    if driver != "psycopg2":
        raise ValueError("Pony ORM runs on psycopg2 here, not on %s" % driver)
    importlib.import_module("pony.orm.dbproviders.postgres")  # here once, and not in every fork
    return Family(session=Session, libpq=psycopg2.extensions.libpq_version())


class Session:
    subject = "db"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint._asdict()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        self.scope = {"db": self.connect(), "connect": self.connect, "dsn": dict(self.dsn)}

    def connect(self) -> Any:
        db = Database()
        self.opened.append(db)
        db.bind(provider="postgres", **self.dsn)
        return db

    def identify(self, subject: Any) -> Identity:
        with db_session:
            version, run_id, nonce, pid = subject.get(IDENTITY_SQL)
        return version, run_id, nonce, pid

    def commit(self) -> None:
        """Nothing to do: a `db_session` commits at its end."""

    def rollback(self) -> None:
        """Nothing to do: a `db_session` that an exception leaves rolls back."""

    def close(self) -> None:
        for db in self.opened:
            db.disconnect()
