"""A family without library and server: `conn` answers with a made-up identity.

`conn.stray(version)` makes it answer as another server from then on.
"""

from __future__ import annotations

import os
from typing import Any

from runner.sessions import Endpoint, Family, Identity

SCOPE = ("conn", "connect", "dsn")


def load(driver: str | None) -> Family:
    return Family(session=Session)


class Connection:
    def __init__(self) -> None:
        self.version = 180004
        self.log: list[str] = []

    def stray(self, version: int) -> None:
        self.version = version


class Session:
    subject = "conn"

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.scope: dict[str, object] = {}

    def open(self) -> None:
        if self.endpoint.host == "refused":
            raise ConnectionRefusedError("nobody listens there")
        self.scope = {"conn": Connection(), "connect": Connection, "dsn": self.endpoint._asdict()}

    def identify(self, subject: Any) -> Identity:
        return subject.version, "run", "nonce", os.getpid()

    def commit(self) -> None:
        print("commit")
        if self.endpoint.database == "uncommittable":
            raise RuntimeError("the commit failed")

    def rollback(self) -> None:
        print("rollback")

    def close(self) -> None:
        print("close")
