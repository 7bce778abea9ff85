"""py-postgresql, through its own interface (PG-API).

    conn = postgresql.open(**dsn)       # every statement commits by itself, the default

In scope: `value`, `conn`, `dsn` (keyword arguments of postgresql.open) and `connect()`, which opens one more
connection. Afterwards all are closed; a transaction that the recipe left open is thereby rolled back.
"""

from __future__ import annotations

from typing import Any

import postgresql

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "connect", "dsn")


def load(driver: str | None) -> Family:
    return Family(session=Session)


class Session:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn: dict[str, Any] = {"user": endpoint.user, "database": endpoint.database}
        if endpoint.socket is None:
            self.dsn.update(host=endpoint.host, port=endpoint.port)
        else:
            self.dsn.update(unix=endpoint.socket)
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def open(self) -> None:
        self.scope = {"conn": self.connect(), "connect": self.connect, "dsn": dict(self.dsn)}

    def connect(self) -> Any:
        conn = postgresql.open(**self.dsn)
        self.opened.append(conn)
        return conn

    def identify(self, subject: Any) -> Identity:
        version, run_id, nonce, pid = subject.prepare(IDENTITY_SQL).first()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        """Nothing to do: statements outside a transaction are committed."""

    def rollback(self) -> None:
        """Closing rolls back."""

    def close(self) -> None:
        for conn in self.opened:
            conn.close()
