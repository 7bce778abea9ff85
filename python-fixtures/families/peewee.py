"""Peewee, on psycopg2 or psycopg.

    db = PostgresqlDatabase(**dsn)          # psycopg2, and in Peewee 4 psycopg with prefer_psycopg3=True
    db = Psycopg3Database(**dsn)            # psycopg in Peewee 3: playhouse.psycopg3_ext
    db.connect()

In scope: `value`, `db` (connected), `dsn` (its keyword arguments, `database` among them) and `connect()`,
which returns one more connected database object. Peewee commits every statement outside `db.atomic()`.
Afterwards all are closed. Recipes with `await` run in `asyncio.run` with the same names in scope.
"""

from __future__ import annotations

import importlib
from typing import Any

import peewee

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("db", "connect", "dsn")


def load(driver: str | None) -> Family:
    if driver not in ("psycopg2", "psycopg"):
        raise ValueError("Peewee runs on psycopg2 or psycopg, not on %s" % driver)
    module: Any = importlib.import_module(driver)
    libpq = module.extensions.libpq_version() if driver == "psycopg2" else module.pq.version()
    importlib.import_module("playhouse.postgres_ext")  # here once, and not in every fork
    database, options = _database(driver)
    return Family(session=lambda endpoint: Session(database, options, endpoint), libpq=libpq)


def _database(driver: str) -> Any:
    """The class, and what it is called with beside the address."""
    if driver == "psycopg2":
        return peewee.PostgresqlDatabase, {}
    if hasattr(peewee.PostgresqlDatabase, "psycopg3_adapter"):
        return peewee.PostgresqlDatabase, {"prefer_psycopg3": True}
    return importlib.import_module("playhouse.psycopg3_ext").Psycopg3Database, {}


class Session:
    subject = "db"

    def __init__(self, database: Any, options: dict[str, Any], endpoint: Endpoint) -> None:
        self.database = database
        self.dsn = {**endpoint._asdict(), **options}
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        self.scope = {"db": self.connect(), "connect": self.connect, "dsn": dict(self.dsn)}

    def connect(self) -> Any:
        db = self.database(**self.dsn)
        self.opened.append(db)
        db.connect()
        return db

    def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = subject.execute_sql(IDENTITY_SQL).fetchone()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        """Nothing to do: statements outside `atomic` are committed."""

    def rollback(self) -> None:
        """Closing rolls back."""

    def close(self) -> None:
        for db in self.opened:
            db.close()
