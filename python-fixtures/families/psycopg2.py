"""psycopg2.

    conn = psycopg2.connect(**dsn)      # not in autocommit, the library's default
    cur = conn.cursor()

In scope: `value`, `conn`, `cur`, `dsn` (keyword arguments of psycopg2.connect) and `connect()`, which opens
one more connection. After a recipe that returns, every open connection is committed, `conn` first, then all
are closed; after one that raises, they are rolled back and closed. Recipes with `await` run in `asyncio.run`
with the same names in scope.
"""

from __future__ import annotations

from typing import Any

import psycopg2
import psycopg2.extensions
import psycopg2.extras
import psycopg2.sql

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "cur", "connect", "dsn")


def load(driver: str | None) -> Family:
    return Family(session=Session, libpq=psycopg2.extensions.libpq_version())


class Session:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint.libpq()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        conn = self.connect()
        self.scope = {"conn": conn, "cur": conn.cursor(), "connect": self.connect, "dsn": dict(self.dsn)}

    def connect(self) -> Any:
        conn = psycopg2.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    def identify(self, subject: Any) -> Identity:
        with subject.cursor(cursor_factory=psycopg2.extensions.cursor) as cur:
            cur.execute(IDENTITY_SQL)
            version, run_id, nonce, pid = cur.fetchone()
        subject.rollback()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        for conn in self.opened:
            if not conn.closed:
                conn.commit()

    def rollback(self) -> None:
        for conn in self.opened:
            if not conn.closed:
                conn.rollback()

    def close(self) -> None:
        for conn in self.opened:
            conn.close()
