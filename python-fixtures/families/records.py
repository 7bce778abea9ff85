"""Records, on psycopg2.

    db = Database(url)                  # "postgresql+psycopg2://user@/database?host=…", on SQLAlchemy

In scope: `value`, `db`, `url` (text) and `connect()`, which returns one more Database. Afterwards all are
closed; what was not committed is thereby rolled back. Recipes with `await` run in `asyncio.run` with the same
names in scope.
"""

from __future__ import annotations

import importlib
from typing import Any

import records
import sqlalchemy

from families.sqlalchemy import url_of
from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("db", "connect", "url")


def load(driver: str | None) -> Family:
    if driver != "psycopg2":
        raise ValueError("Records runs on psycopg2 here, not on %s" % driver)
    module = importlib.import_module(driver)
    sqlalchemy.create_engine("postgresql+psycopg2://")  # loads the dialect, does not connect
    return Family(session=Session, libpq=module.extensions.libpq_version())


class Session:
    subject = "db"

    def __init__(self, endpoint: Endpoint) -> None:
        self.url = url_of("psycopg2", endpoint)
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        self.scope = {"db": self.connect(), "connect": self.connect, "url": self.url}

    def connect(self) -> Any:
        db = records.Database(self.url)
        self.opened.append(db)
        return db

    def identify(self, subject: Any) -> Identity:
        with subject.transaction() as tx:
            version, run_id, nonce, pid = tx.query(IDENTITY_SQL).first().values()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        """Nothing to do: a recipe commits by itself."""

    def rollback(self) -> None:
        """Closing rolls back."""

    def close(self) -> None:
        for db in self.opened:
            db.close()
