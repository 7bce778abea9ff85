"""SQL for what is asked beside an application, without any library of a client: the simple query protocol.
https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SIMPLE-QUERY"""

from __future__ import annotations

import socket
import struct
from typing import Optional, Tuple

from runner.sessions import Endpoint

#: Values as PostgreSQL prints them.
Row = Tuple[Optional[str], ...]

_VERSION_3 = 196608
_PATIENCE = 10.0


class PlainSqlError(Exception):
    """What the server said."""


class PlainSql:
    """A connection of the role `probe`, for a server that trusts it."""

    def __init__(self, endpoint: Endpoint) -> None:
        if endpoint.socket is None:
            self._socket = socket.create_connection((endpoint.host, endpoint.port), _PATIENCE)
        else:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(_PATIENCE)
            self._socket.connect(endpoint.socket)
        words = ["user", endpoint.user, "database", endpoint.database, ""]
        parameters = b"".join(word.encode() + b"\0" for word in words)
        self._socket.sendall(struct.pack("!ii", 8 + len(parameters), _VERSION_3) + parameters)
        self._until_ready()

    def rows(self, sql: str) -> list[Row]:
        """Of the last statement. :raises PlainSqlError:"""
        text = sql.encode() + b"\0"
        self._socket.sendall(b"Q" + struct.pack("!i", 4 + len(text)) + text)
        return self._until_ready()

    def close(self) -> None:
        self._socket.close()

    def _until_ready(self) -> list[Row]:
        rows: list[Row] = []
        error = ""
        while True:
            kind, body = self._message()
            if kind == b"T":
                rows = []
            elif kind == b"D":
                rows.append(_fields(body))
            elif kind == b"E":
                said = {part[:1]: part[1:].decode() for part in body.split(b"\0")}
                error = said[b"M"]
                if said[b"S"] == "FATAL":
                    raise PlainSqlError(error)
            elif kind == b"R" and body[:4] != b"\0\0\0\0":
                raise PlainSqlError("the server wants a password")
            elif kind == b"Z":
                if error:
                    raise PlainSqlError(error)
                return rows

    def _message(self) -> tuple[bytes, bytes]:
        head = self._read(5)
        return head[:1], self._read(struct.unpack("!i", head[1:])[0] - 4)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            if not more:
                raise PlainSqlError("the server closed the connection")
            data += more
        return data


def _fields(body: bytes) -> Row:
    fields: list[str | None] = []
    (count,) = struct.unpack("!h", body[:2])
    at = 2
    for _ in range(count):
        (size,) = struct.unpack("!i", body[at : at + 4])
        at += 4
        fields.append(None if size < 0 else body[at : at + size].decode())
        at += max(size, 0)
    return tuple(fields)
