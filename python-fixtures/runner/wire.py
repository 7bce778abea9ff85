"""A relay between clients and their server that reads along: how often the two waited for each other, and in
which form values went over the wire. For what a probe gives its recipes:

    from runner.wire import Wire

    wire = Wire(dsn)
    dsn = wire.dsn          # connections to the same server, through the relay

Formats of the messages: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from typing import Any, Iterator, Mapping, Tuple, Union

#: Codes of a first message that asks for encryption; the relay declines, as a server may.
_ENCRYPTION_REQUESTS = (80877103, 80877104)
_CANCEL_REQUEST = 80877102
#: Seconds for which answers are kept back; a client that waits for them sends nothing in that time.
_PATIENCE = 3.0
_FORMATS = ("text", "binary")
#: Path of a Unix socket, or host and port.
_Target = Union[str, Tuple[str, int]]
#: What drivers call the path of a Unix socket.
_SOCKETS = ("unix_sock", "unix")


class Wire:
    def __init__(self, dsn: Mapping[str, Any], hold: str | None = None, until: int = 0) -> None:
        """`dsn` has `host` and `port`, or the path of a socket. `hold` keeps back all answers to statements
        that contain this text, until as many as `until` says have been sent, or the client waits in vain."""
        self._target = _target(dsn)
        self._hold = _Hold(hold, until)
        self._sessions: list[_Session] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        others = {key: value for key, value in dsn.items() if key not in _SOCKETS}
        #: Keyword arguments that lead through the relay.
        self.dsn: dict[str, Any] = {**others, "host": "127.0.0.1", "port": self._listener.getsockname()[1]}
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def connections(self) -> int:
        """How many sessions there have been."""
        return len(self._begun())

    @property
    def protocol(self) -> int:
        """The version that the newest session agreed on, as PQfullProtocolVersion() says it: 30002 is 3.2."""
        major, minor = divmod(self._begun()[-1].version, 0x10000)
        return major * 10000 + minor

    @property
    def parameters(self) -> list[str]:
        """Of the newest session's last statement that had any: "text" or "binary" for each parameter."""
        return self._begun()[-1].parameters

    @property
    def sent(self) -> int:
        """Bytes that all clients have sent."""
        return sum(session.sent for session in self._begun())

    @property
    def in_flight(self) -> int:
        """Statements of `hold` that had been sent when the first answer to one of them was let through."""
        return self._hold.in_flight

    @property
    def round_trips(self) -> int:
        """How often a client sent something after an answer, from its first statement of `hold` on; of the
        session where that was most often."""
        return max(session.turns for session in self._begun())

    def _begun(self) -> list[_Session]:
        return [session for session in self._sessions if session.version]

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            session = _Session(client, self._target, self._hold)
            self._sessions.append(session)
            threading.Thread(target=session.run, daemon=True).start()


class _Hold:
    """Which statements' answers are kept back, and for how long."""

    def __init__(self, marker: str | None, until: int) -> None:
        self._marker = marker.encode() if marker else None
        self._until = until
        self._sent = 0
        self._deadline = 0.0
        self._lock = threading.Lock()
        self.in_flight = 0

    def concerns(self, statement: bytes) -> bool:
        """Counts it."""
        if self._marker is None or self._marker not in statement:
            return False
        with self._lock:
            self._sent += 1
            self._deadline = time.monotonic() + _PATIENCE
        return True

    def over(self) -> bool:
        with self._lock:
            if not self.in_flight and (self._sent >= self._until or time.monotonic() > self._deadline):
                self.in_flight = self._sent
            return self.in_flight > 0


class _Session:
    """One connection of a client, and the one to the server behind it."""

    _server: socket.socket

    def __init__(self, client: socket.socket, target: _Target, hold: _Hold) -> None:
        self._client, self._target, self._hold = client, target, hold
        self._requests, self._answers = bytearray(), bytearray()
        self._held = False
        self._answered = False
        #: Major and minor in 16 bits each, as in the protocol's first message.
        self.version = 0
        self.turns = 0
        self.sent = 0
        self.parameters: list[str] = []

    def run(self) -> None:
        try:
            with self._client, _connect(self._target) as self._server:
                if self._begin():
                    self._forward()
        except OSError:
            """One of the two is gone, and with it the session."""

    def _begin(self) -> bool:
        """Passes on the first message, the only one without a type; False for one that begins no session."""
        while True:
            head = _receive(self._client, 8)
            length, code = struct.unpack("!ii", head)
            if code in _ENCRYPTION_REQUESTS:
                self._client.sendall(b"N")
                continue
            self._server.sendall(head + _receive(self._client, length - 8))
            self.version = 0 if code == _CANCEL_REQUEST else code
            return self.version != 0

    def _forward(self) -> None:
        with selectors.DefaultSelector() as clients, selectors.DefaultSelector() as both:
            for selector in (clients, both):
                selector.register(self._client, selectors.EVENT_READ)
            both.register(self._server, selectors.EVENT_READ)
            while True:
                selector = clients if self._kept_back() else both
                ready = {key.fileobj for key, _ in selector.select(0.01)}
                if self._client in ready and not self._pass_requests():
                    return
                if self._server in ready and not self._kept_back() and not self._pass_answers():
                    return  # asked again: the statement may have come just now

    def _kept_back(self) -> bool:
        return self._held and not self._hold.over()

    def _pass_requests(self) -> bool:
        data = self._client.recv(65536)
        self.sent += len(data)
        self._requests += data
        for kind, body in _messages(self._requests):
            self._note(kind, body)
        self._server.sendall(data)
        return bool(data)

    def _pass_answers(self) -> bool:
        data = self._server.recv(65536)
        self._answers += data
        for kind, body in _messages(self._answers):
            if kind == b"v":  # NegotiateProtocolVersion: the newest minor version that the server has
                self.version = 0x30000 + (struct.unpack_from("!i", body)[0] & 0xFFFF)
        self._answered = True
        self._client.sendall(data)
        return bool(data)

    def _note(self, kind: bytes, body: bytes) -> None:
        if kind in (b"Q", b"P") and self._hold.concerns(body) and not self._held:
            self._held = self._answered = True
        if self._held and self._answered and kind != b"X":
            self.turns += 1
            self._answered = False
        if kind == b"B":
            self.parameters = list(_forms(body)) or self.parameters


def _target(dsn: Mapping[str, Any]) -> _Target:
    host, port = str(dsn.get("host", "")), int(dsn.get("port", 5432))
    for key in _SOCKETS:
        if key in dsn:
            return str(dsn[key])
    return "%s/.s.PGSQL.%d" % (host, port) if host.startswith("/") else (host, port)


def _connect(target: _Target) -> socket.socket:
    if isinstance(target, tuple):
        return socket.create_connection(target)
    server = socket.socket(socket.AF_UNIX)
    server.connect(target)
    return server


def _receive(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = source.recv(size - len(data))
        if not part:
            raise ConnectionError("closed within a message")
        data += part
    return data


def _messages(stream: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """Takes the complete messages off the stream: type and body."""
    while len(stream) >= 5:
        (length,) = struct.unpack_from("!i", stream, 1)
        if len(stream) < 1 + length:
            return
        kind, body = bytes(stream[:1]), bytes(stream[5 : 1 + length])
        del stream[: 1 + length]
        yield kind, body


def _forms(bind: bytes) -> Iterator[str]:
    """Of a Bind message: no code means text for all parameters, one code stands for all."""
    at = bind.index(0, bind.index(0) + 1) + 1  # behind the names of portal and statement
    (count,) = struct.unpack_from("!H", bind, at)
    codes = struct.unpack_from("!%dH" % count, bind, at + 2)
    (parameters,) = struct.unpack_from("!H", bind, at + 2 + 2 * count)
    for index in range(parameters):
        code = codes[index] if count == parameters else codes[0] if codes else 0
        yield _FORMATS[code]
