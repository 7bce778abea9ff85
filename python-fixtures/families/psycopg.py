"""psycopg (3).

    conn = psycopg.connect(**dsn)       # not in autocommit, the library's default
    cur = conn.cursor()

Recipes with `await` get `psycopg.AsyncConnection` instead, and await `connect()`. In scope: `value`, `conn`,
`cur`, `dsn` (keyword arguments of psycopg.connect) and `connect()`, which opens one more connection. After a
recipe that returns, every open connection is committed, `conn` first, then all are closed; after one that
raises, they are rolled back and closed.
"""

from __future__ import annotations

from typing import Any

import psycopg
import psycopg.rows

from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("conn", "cur", "connect", "dsn")


def load(driver: str | None) -> Family:
    return Family(session=Session, async_session=AsyncSession, libpq=psycopg.pq.version())


class Base:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.dsn = endpoint.libpq()
        self.scope: dict[str, object] = {}
        self.opened: list[Any] = []

    def usable(self) -> list[Any]:
        return [conn for conn in self.opened if not conn.closed]


class Session(Base):
    def open(self) -> None:
        conn = self.connect()
        self.scope = {"conn": conn, "cur": conn.cursor(), "connect": self.connect, "dsn": dict(self.dsn)}

    def connect(self) -> Any:
        conn = psycopg.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    def identify(self, subject: Any) -> Identity:
        with subject.cursor(row_factory=psycopg.rows.tuple_row) as cur:
            version, run_id, nonce, pid = cur.execute(IDENTITY_SQL).fetchone()
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


class AsyncSession(Base):
    async def open(self) -> None:
        conn = await self.connect()
        self.scope = {"conn": conn, "cur": conn.cursor(), "connect": self.connect, "dsn": dict(self.dsn)}

    async def connect(self) -> Any:
        conn = await psycopg.AsyncConnection.connect(**self.dsn)
        self.opened.append(conn)
        return conn

    async def identify(self, subject: Any) -> Identity:
        async with subject.cursor(row_factory=psycopg.rows.tuple_row) as cur:
            await cur.execute(IDENTITY_SQL)
            version, run_id, nonce, pid = await cur.fetchone()
        await subject.rollback()
        return version, run_id, nonce, pid

    async def commit(self) -> None:
        for conn in self.usable():
            await conn.commit()

    async def rollback(self) -> None:
        for conn in self.usable():
            await conn.rollback()

    async def close(self) -> None:
        for conn in self.opened:
            await conn.close()
