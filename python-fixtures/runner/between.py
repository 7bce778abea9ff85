"""Relays between a client and a server with TLS, for what encryption is there for. For what a probe gives its
recipes:

    from runner.between import Middleman, Onlooker

    onlooker = Onlooker(host, port)     # passes everything on as it is, and sees how each connection begins
    middle = Middleman(host, port, (client_cert, client_key))   # decrypts everything, as an attacker would
    onlooker.host, onlooker.port        # where clients find it

A server without TLS is runner.wire.Wire: it declines encryption.
"""

from __future__ import annotations

import os
import re
import select
import socket
import ssl
import struct
import threading
from typing import Callable, NoReturn

from runner.leftovers import die_with_parent

#: Codes of messages that begin a connection: https://www.postgresql.org/docs/current/protocol-message-formats.html
_SSL_REQUEST = 80877103
_NAMES = {80877102: "CancelRequest", _SSL_REQUEST: "SSLRequest", 80877104: "GSSENCRequest"}
_ENCRYPTION = ("SSLRequest", "GSSENCRequest")
_TLS_HANDSHAKE = 22  # ContentType of a record
#: SASLInitialResponse.
_MECHANISM = re.compile(rb"p.{4}(SCRAM-[A-Z0-9-]+)\0", re.DOTALL)


class _Relay:
    """A process of its own: some drivers hold the interpreter's lock while they wait for the other side. The
    worker ends it with the recipe."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = "127.0.0.1"
        self.port: int = self._listener.getsockname()[1]
        self._heard = b""
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._ear, False)
        parent = os.getpid()
        if os.fork() == 0:
            die_with_parent(parent)
            self._accept()
        self._listener.close()

    def _accept(self) -> NoReturn:
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._run, args=[client], daemon=True).start()

    def _run(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server:
            try:
                self._serve(client, server)
            except OSError:
                """One of the two is gone, or does not agree on TLS."""

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        raise NotImplementedError

    def _tell(self, event: str) -> None:
        os.write(self._mouth, event.encode() + b"\n")

    def _events(self) -> list[str]:
        """What the process has told so far, in order."""
        try:
            self._heard += os.read(self._ear, 65536)
        except BlockingIOError:
            """Nothing new."""
        return self._heard.decode().splitlines()


class Onlooker(_Relay):
    @property
    def beginnings(self) -> list[str]:
        """How each connection began, such as "SSLRequest, TLS", "TLS" or "CancelRequest"; it stands here
        before the server knows of it."""
        return self._events()

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        asked: list[str] = []
        while True:
            first = client.recv(8, socket.MSG_PEEK | socket.MSG_WAITALL)
            if len(first) < 8:
                return
            asked.append(_name(first))
            if asked[-1] not in _ENCRYPTION:
                break
            server.sendall(client.recv(8))
            client.sendall(server.recv(1))
        self._tell(", ".join(asked))
        _pump(client, server, lambda data: None)


class Middleman(_Relay):
    """Has a certificate of its own, and TLS of its own with the server: whoever does not check the
    certificate, or bind the login to it, is overheard."""

    def __init__(
        self, host: str, port: int, certificate: tuple[str, str], newest: ssl.TLSVersion | None = None
    ) -> None:
        """`certificate` names the files of a certificate and its key; `newest` is the newest version of TLS
        that clients can have."""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate)
        if newest is not None:
            self._context.maximum_version = newest
        super().__init__(host, port)

    @property
    def asked(self) -> int:
        """How many clients asked for TLS."""
        return self._events().count("asked")

    @property
    def encrypted(self) -> int:
        """How many clients got it."""
        return self._events().count("encrypted")

    @property
    def mechanism(self) -> str | None:
        """What the newest client chose to prove its password with."""
        return next((event for event in reversed(self._events()) if event.startswith("SCRAM")), None)

    def _serve(self, client: socket.socket, server: socket.socket) -> None:
        if client.recv(8, socket.MSG_WAITALL)[4:] != struct.pack("!i", _SSL_REQUEST):
            return
        self._tell("asked")
        client.sendall(b"S")
        server.sendall(struct.pack("!ii", 8, _SSL_REQUEST))
        if server.recv(1) != b"S":
            return
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        with self._context.wrap_socket(client, server_side=True) as inner:
            self._tell("encrypted")
            with trusting.wrap_socket(server) as outer:
                _pump(inner, outer, self._overhear)

    def _overhear(self, data: bytes) -> None:
        found = _MECHANISM.match(data)
        if found:
            self._tell(found.group(1).decode())


def _name(first: bytes) -> str:
    if first[0] == _TLS_HANDSHAKE:
        return "TLS"
    return _NAMES.get(struct.unpack("!ii", first)[1], "StartupMessage")


def _pump(client: socket.socket, server: socket.socket, overhear: Callable[[bytes], None]) -> None:
    """Passes on what comes until one of the two closes; first `overhear` gets what the client sent."""
    client.setblocking(False)
    server.setblocking(False)
    while True:
        moved = False
        for source, sink in ((client, server), (server, client)):
            try:
                data = source.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                continue
            if not data:
                return
            moved = True
            if source is client:
                overhear(data)
            sink.setblocking(True)
            sink.sendall(data)
            sink.setblocking(False)
        if not moved:
            select.select([client, server], [], [])
