"""PyGreSQL, through its DB-API module.

    conn = pgdb.connect(**dsn)      # not in autocommit, the library's default
    cur = conn.cursor()

In scope: `value`, `conn`, `cur`, `dsn` (keyword arguments of pgdb.connect), `classic` (the same place as
keyword arguments of pg.DB and pg.connect, for what the classic interface alone has) and `connect()`, which
opens one more connection with pgdb. After a recipe that returns, every open connection of pgdb is committed,
`conn` first, then all are closed; after one that raises, they are rolled back and closed. A recipe closes
what it opens with pg itself.
"""

from __future__ import annotations

from typing import Any

import pg
import pgdb

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "cur", "connect", "dsn", "classic")


def load(driver: str | None) -> Family:
    return Family(session=Session, libpq=pg.get_pqlib_version())


class Session:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        place: dict[str, Any] = {"host": endpoint.host, "port": endpoint.port, "user": endpoint.user}
        self.dsn = {"database": endpoint.database, **place}
        self.classic = {"dbname": endpoint.database, **place}
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        conn = self.connect()
        self.scope = {
            "conn": conn,
            "cur": conn.cursor(),
            "connect": self.connect,
            "dsn": dict(self.dsn),
            "classic": dict(self.classic),
        }

    def connect(self) -> Any:
        conn = pgdb.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    def identify(self, subject: Any) -> Identity:
        cur = pgdb.Cursor(subject)
        cur.execute(IDENTITY_SQL)
        version, run_id, nonce, pid = cur.fetchone()
        cur.close()
        subject.rollback()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        for conn in self.usable():
            conn.commit()

    def rollback(self) -> None:
        for conn in self.usable():
            conn.rollback()

    def close(self) -> None:
        for conn in self.usable():
            conn.close()  # raises when called twice

    def usable(self) -> list[Any]:
        return [conn for conn in self.opened if not conn.closed]
