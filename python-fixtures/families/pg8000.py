"""pg8000, through its DB-API module.

    conn = pg8000.dbapi.connect(**dsn)      # not in autocommit, the library's default
    cur = conn.cursor()

In scope: `value`, `conn`, `cur`, `dsn` (keyword arguments of pg8000.dbapi.connect and of
pg8000.native.Connection) and `connect()`, which opens one more connection. After a recipe that returns, every
open connection is committed, `conn` first (one in a failed transaction is rolled back: pg8000 calls
committing it an error), then all are closed; after one that raises, they are rolled back and closed.
"""

from __future__ import annotations

from typing import Any

import pg8000.dbapi

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "cur", "connect", "dsn")


def load(driver: str | None) -> Family:
    return Family(session=Session)


class Session:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn: dict[str, Any] = {"user": endpoint.user, "database": endpoint.database}
        if endpoint.socket is None:
            self.dsn.update(host=endpoint.host, port=endpoint.port)
        else:
            self.dsn.update(unix_sock=endpoint.socket)
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        conn = self.connect()
        self.scope = {"conn": conn, "cur": conn.cursor(), "connect": self.connect, "dsn": dict(self.dsn)}

    def connect(self) -> Any:
        conn = pg8000.dbapi.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    def identify(self, subject: Any) -> Identity:
        cur = subject.cursor()
        cur.execute(IDENTITY_SQL)
        version, run_id, nonce, pid = cur.fetchone()
        cur.close()
        subject.rollback()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        for conn in self.usable():
            status = conn._transaction_status  # ReadyForQuery's; there is no public way to ask
            if status == b"E":
                conn.rollback()
            elif status == b"T":  # idle ones would ask the server, which may be gone after a failover
                conn.commit()

    def rollback(self) -> None:
        for conn in self.usable():
            conn.rollback()

    def close(self) -> None:
        for conn in self.usable():
            conn.close()  # raises when called twice

    def usable(self) -> list[Any]:
        return [conn for conn in self.opened if conn._sock is not None]
