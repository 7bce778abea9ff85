"""The relay: TCP connections into a run's network, multiplexed over stdin and stdout.

Started by harness/docker/relay.ts as `python3 -I -u -c <this text>`; the end of its input is its
end, too. One file of more than 300 lines, as it is handed over as one text.

A frame, both ways, big-endian: id of a connection (4 bytes), kind (1), length (4), payload.

    READY   out   0 is its id: the relay runs
    OPEN    in    `host:port` in UTF-8; ids rise
    OPENED  out   the peer has accepted
    DATA    both  at most 1 MiB
    ENDED   both  the sender's half is closed: FIN. After both halves the connection is forgotten
    CLOSE   in    close at once, whatever waits
    CLOSE   out   the connection failed: an error's name and its words, `ECONNREFUSED Connection refused`
    PAUSE   both  no DATA for now, please
    RESUME  both  go on

Frames of connections that were closed meanwhile are ignored; a malformed frame ends the relay with exit code
2. One thread, never blocked: a connection waits for its own peer alone. What waits for a peer is bounded by
PAUSE and fails after STALL_SECONDS; what waits for the harness is bounded by not reading the peers.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import struct
import sys
import threading
import time
from collections import deque
from typing import Any, Callable, List, Tuple, Union

READY, OPEN, OPENED, DATA, ENDED, CLOSE, PAUSE, RESUME = range(8)
HEADER = struct.Struct(">IBI")
MAX_PAYLOAD = 1 << 20
READ_SIZE = 1 << 18

CONNECT_SECONDS = 5.0
# A PostgreSQL that takes nothing for this long does not read any more.
STALL_SECONDS = 10.0
# Waiting for one peer: above this the harness is asked to pause.
PEER_BACKLOG = 1 << 18
# Waiting for the harness: above this no peer is read.
HARNESS_BACKLOG = 1 << 20

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
# As getaddrinfo gives them, or what is wrong with the name.
Addresses = Union[List[Tuple[Any, ...]], str]


class Malformed(Exception):
    pass


class Connection:
    def __init__(self, relay: Relay, number: int) -> None:
        self.relay = relay
        self.number = number
        self.addresses: list[tuple[Any, ...]] = []
        self.sock: socket.socket | None = None
        self.events = 0
        self.connected = False
        self.waiting = bytearray()  # for the peer
        self.pausing = False  # the harness was asked to pause
        self.paused = False  # the harness has asked us to pause
        self.harness_ended = False
        self.shut = False  # FIN was sent
        self.peer_ended = False

    def send(self, kind: int, payload: bytes = b"") -> None:
        self.relay.send(self.number, kind, payload)

    def found(self, addresses: Addresses) -> None:
        self.addresses = [] if isinstance(addresses, str) else addresses
        self.try_next(addresses if isinstance(addresses, str) else "ENOTFOUND the name has no address")

    def try_next(self, failure: str) -> None:
        """Begins to connect to the next address; the last failure counts when there is none."""
        self.release()
        while self.addresses:
            family, kind, protocol, _, address = self.addresses.pop(0)
            try:
                self.sock = socket.socket(family, kind, protocol)
                self.sock.setblocking(False)
                code = self.sock.connect_ex(address)
                if code not in (0, errno.EINPROGRESS):
                    raise OSError(code, os.strerror(code))
            except OSError as error:
                failure = words(error)
                self.release()
            else:
                self.watch()
                return
        self.fail(failure)

    def ready(self, mask: int) -> None:
        if self.sock is None:
            return  # closed by a frame of the same turn
        self.relay.touched.add(self)
        try:
            if not self.connected:
                self.finish_connecting()
            elif mask & READ:
                self.receive()
        except BlockingIOError:
            pass
        except OSError as error:
            self.fail(words(error))

    def finish_connecting(self) -> None:
        assert self.sock is not None
        code = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self.try_next(words(OSError(code, os.strerror(code))))
            return
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connected = True
        self.relay.deadlines.pop(self, None)
        self.send(OPENED)

    def receive(self) -> None:
        assert self.sock is not None
        data = self.sock.recv(READ_SIZE)
        if not data:
            self.peer_ended = True
        self.send(DATA if data else ENDED, data)

    def settle(self) -> None:
        """Does what the turn's events have made possible, once a turn: many frames become one write."""
        if self.number not in self.relay.connections:
            return
        try:
            if self.connected:
                self.flush()
        except OSError as error:
            self.fail(words(error))
            return
        self.ask_to_pause()
        if self.shut and self.peer_ended:
            self.forget()
        else:
            self.watch()

    def flush(self) -> None:
        assert self.sock is not None
        if self.waiting:
            try:
                with memoryview(self.waiting) as view:
                    sent = self.sock.send(view)
            except BlockingIOError:
                sent = 0
            del self.waiting[:sent]
            if not self.waiting:
                self.relay.deadlines.pop(self, None)
            elif sent or self not in self.relay.deadlines:
                self.relay.deadlines[self] = time.monotonic() + STALL_SECONDS
        if self.harness_ended and not self.waiting and not self.shut:
            self.shut = True
            try:
                self.sock.shutdown(socket.SHUT_WR)
            except OSError as error:
                if error.errno != errno.ENOTCONN:  # the peer was faster
                    raise

    def ask_to_pause(self) -> None:
        if not self.pausing and len(self.waiting) > PEER_BACKLOG:
            self.pausing = True
            self.send(PAUSE)
        elif self.pausing and len(self.waiting) < PEER_BACKLOG // 2:
            self.pausing = False
            self.send(RESUME)

    def watch(self) -> None:
        """Tells the selector what to wait for; without anything it would still report a hang-up for ever."""
        if self.sock is None:
            return
        reads = self.connected and not (self.peer_ended or self.paused or self.relay.congested)
        writes = not self.connected or self.waiting
        events = (READ if reads else 0) | (WRITE if writes else 0)
        if events == self.events:
            return
        if not self.events:
            self.relay.selector.register(self.sock, events, self.ready)
        elif events:
            self.relay.selector.modify(self.sock, events, self.ready)
        else:
            self.relay.selector.unregister(self.sock)
        self.events = events

    def take(self, data: bytearray) -> None:
        self.waiting += data

    def end(self, _nothing: bytearray) -> None:
        self.harness_ended = True

    def close(self, _nothing: bytearray) -> None:
        self.settle()  # a last message goes out where the peer takes it
        self.forget()

    def pause(self, _nothing: bytearray) -> None:
        self.paused = True

    def resume(self, _nothing: bytearray) -> None:
        self.paused = False

    def late(self) -> None:
        took = "read for %g s" % STALL_SECONDS if self.connected else "answered for %g s" % CONNECT_SECONDS
        self.fail("ETIMEDOUT the peer has not " + took)

    def fail(self, failure: str) -> None:
        self.forget()
        self.send(CLOSE, failure.encode("utf-8", "replace"))

    def forget(self) -> None:
        self.release()
        self.relay.connections.pop(self.number, None)
        self.relay.deadlines.pop(self, None)

    def release(self) -> None:
        if self.sock is None:
            return
        if self.events:
            self.relay.selector.unregister(self.sock)
        self.events = 0
        self.sock.close()
        self.sock = None


# What the harness may ask of a connection that it has opened.
REQUESTS: dict[int, Callable[[Connection, bytearray], None]] = {
    DATA: Connection.take,
    ENDED: Connection.end,
    CLOSE: Connection.close,
    PAUSE: Connection.pause,
    RESUME: Connection.resume,
}


class Relay:
    def __init__(self, reader: int, writer: int) -> None:
        self.reader, self.writer = reader, writer
        self.inbox, self.outbox = bytearray(), bytearray()
        self.ended = False
        self.writing = False  # the selector tells when the harness takes more
        self.congested = False
        self.last = 0
        self.connections: dict[int, Connection] = {}
        self.touched: set[Connection] = set()
        self.deadlines: dict[Connection, float] = {}
        self.resolved: deque[tuple[int, Addresses]] = deque()
        self.wake_reader, self.wake_writer = os.pipe()
        self.selector = selectors.DefaultSelector()
        for descriptor in (reader, writer, self.wake_reader, self.wake_writer):
            os.set_blocking(descriptor, False)
        self.selector.register(reader, READ, self.read)
        self.selector.register(self.wake_reader, READ, self.take_resolved)

    def run(self) -> None:
        self.send(0, READY)
        now = time.monotonic()
        while not self.ended:
            self.write()
            until = min(self.deadlines.values(), default=None)
            for key, mask in self.selector.select(None if until is None else max(0.0, until - now)):
                key.data(mask)
            now = time.monotonic()
            for connection in [each for each, at in self.deadlines.items() if at <= now]:
                connection.late()
            while self.touched:
                self.touched.pop().settle()

    def send(self, number: int, kind: int, payload: bytes = b"") -> None:
        """Queues a frame; those of a turn are written together."""
        self.outbox += HEADER.pack(number, kind, len(payload))
        self.outbox += payload

    def write(self, _mask: int = WRITE) -> None:
        try:
            while self.outbox:
                with memoryview(self.outbox) as view:
                    written = os.write(self.writer, view)
                del self.outbox[:written]
        except BlockingIOError:
            pass
        if self.outbox and not self.writing:
            self.selector.register(self.writer, WRITE, self.write)
        elif self.writing and not self.outbox:
            self.selector.unregister(self.writer)
        self.writing = bool(self.outbox)
        if self.congested != (len(self.outbox) > HARNESS_BACKLOG):
            self.congested = not self.congested
            for connection in self.connections.values():
                connection.watch()

    def read(self, _mask: int) -> None:
        try:
            data = os.read(self.reader, READ_SIZE)
        except BlockingIOError:
            return
        self.ended = not data
        self.inbox += data
        at = 0
        while len(self.inbox) - at >= HEADER.size:
            number, kind, length = HEADER.unpack_from(self.inbox, at)
            if (kind != OPEN and kind not in REQUESTS) or length > MAX_PAYLOAD:
                raise Malformed("no frame of the harness: kind %d, %d bytes" % (kind, length))
            end = at + HEADER.size + length
            if end > len(self.inbox):
                break
            self.obey(number, kind, self.inbox[at + HEADER.size : end])
            at = end
        del self.inbox[:at]
        if self.ended and self.inbox:
            raise Malformed("the input ended within a frame")

    def obey(self, number: int, kind: int, payload: bytearray) -> None:
        if (kind == OPEN) != (number > self.last):
            raise Malformed("frame of kind %d for connection %d after %d" % (kind, number, self.last))
        if kind == OPEN:
            self.last = number
            self.connections[number] = connection = Connection(self, number)
            self.open(connection, payload.decode("utf-8", "replace"))
        elif number in self.connections:
            connection = self.connections[number]
            self.touched.add(connection)
            REQUESTS[kind](connection, payload)

    def open(self, connection: Connection, target: str) -> None:
        self.deadlines[connection] = time.monotonic() + CONNECT_SECONDS
        host, _, port = target.rpartition(":")
        addresses = resolve(host, port, socket.AI_NUMERICHOST | socket.AI_NUMERICSERV)
        if not isinstance(addresses, str):
            connection.found(addresses)
            return
        # The resolver blocks, and has no deadline: in a thread that nobody waits for.
        thread = threading.Thread(target=self.look_up, args=(connection.number, host, port), daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            connection.fail("EAGAIN %s" % error)

    def look_up(self, number: int, host: str, port: str) -> None:
        self.resolved.append((number, resolve(host, port)))
        try:
            os.write(self.wake_writer, b"\0")
        except BlockingIOError:
            pass  # full of wake-ups already

    def take_resolved(self, _mask: int) -> None:
        os.read(self.wake_reader, READ_SIZE)
        while self.resolved:
            number, addresses = self.resolved.popleft()
            connection = self.connections.get(number)
            if connection is not None:
                connection.found(addresses)


def resolve(host: str, port: str, flags: int = 0) -> Addresses:
    try:
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags))
    except (OSError, UnicodeError) as error:
        return "ENOTFOUND %s" % (getattr(error, "strerror", None) or error)


def words(error: OSError) -> str:
    return "%s %s" % (errno.errorcode.get(error.errno or 0, "EIO"), error.strerror)


def main() -> int:
    try:
        Relay(sys.stdin.fileno(), sys.stdout.fileno()).run()
    except Malformed as problem:
        print("relay: %s" % problem, file=sys.stderr)
        return 2
    except ConnectionError:
        pass  # nobody is left to relay for
    return 0


if __name__ == "__main__":
    sys.exit(main())
