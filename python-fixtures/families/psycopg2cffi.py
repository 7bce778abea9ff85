"""psycopg2cffi, psycopg2's drop-in.

    conn = psycopg2cffi.connect(**dsn)      # not in autocommit, as with psycopg2
    cur = conn.cursor()

In scope: `value`, `conn`, `cur`, `dsn` (keyword arguments of psycopg2cffi.connect) and `connect()`, which
opens one more connection. After a recipe that returns, every open connection is committed, `conn` first, then
all are closed; after one that raises, they are rolled back and closed.
"""

from __future__ import annotations

import ctypes
from typing import Any

import psycopg2cffi
import psycopg2cffi._impl._libpq
import psycopg2cffi.extensions
import psycopg2cffi.extras

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "cur", "connect", "dsn")


def load(driver: str | None) -> Family:
    # It has no way to ask; what its own module is linked to has.
    libpq = ctypes.CDLL(psycopg2cffi._impl._libpq.__file__)
    return Family(session=Session, libpq=libpq.PQlibVersion())


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
        conn = psycopg2cffi.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    def identify(self, subject: Any) -> Identity:
        with subject.cursor(cursor_factory=psycopg2cffi.extensions.cursor) as cur:
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
