"""The worker's side of a fork: reads what the child says and prints, enforces the deadline, leaves no
process."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import time
from typing import Any, NamedTuple

from runner.channel import Channel
from runner.child import ANSWER_LIMIT, Fork, Task, run_child
from runner.leftovers import end_children, end_group

#: Characters of what a recipe printed that are kept.
_OUTPUT = 4000

#: Frames of a printed traceback that are not the recipe's: they name folders of this machine.
_OTHER_FRAMES = re.compile(r'^ +File "/.*\n(?:    .*\n)?', re.MULTILINE)


class Stop(Exception):
    """The harness is gone or wants the worker to end."""


class Ended(NamedTuple):
    #: What the child answered, if it did.
    answer: dict[str, Any] | None
    timed_out: bool
    #: As waitpid reports it.
    status: int
    ms: float
    cpu_ms: float
    output: str


class _Stream:
    """The reading end of a pipe: keeps the first `keep` bytes, swallows the rest, never blocks."""

    def __init__(self, keep: int) -> None:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.reader, False)
        self.kept = bytearray()
        self.total = 0
        self._keep = keep

    def read(self) -> bool:
        """Whether more may come."""
        try:
            data = os.read(self.reader, 65536)
        except BlockingIOError:
            return True
        self.total += len(data)
        self.kept += data[: self._keep - len(self.kept)]
        return bool(data)

    def drain(self) -> None:
        """All writers are dead by now."""
        while self.read():
            pass


class Watch:
    """Runs tasks in forks, one after the other."""

    def __init__(self, channel: Channel, memory: int) -> None:
        self._channel = channel
        self._memory = memory
        self._wakeup, self._signalled = os.pipe()
        for end in (self._wakeup, self._signalled):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._signalled, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, _stop)

    def run(self, task: Task, deadline: float) -> Ended:
        """`deadline` in seconds from now. :raises Stop: Undead:"""
        answer, output = _Stream(ANSWER_LIMIT), _Stream(_OUTPUT * 4)
        token = os.urandom(8).hex()
        started = time.monotonic()
        pid = self._fork(task, answer, output, token)
        try:
            status, usage = self._wait(pid, started + deadline, [answer, output])
            timed_out = status is None
        finally:
            end_group(pid)
        if status is None:
            _, status, usage = os.wait4(pid, 0)
        ms = (time.monotonic() - started) * 1000
        end_children()
        for stream in (answer, output):
            stream.drain()
            os.close(stream.reader)
        return Ended(
            answer=_parse(answer, token),
            timed_out=timed_out,
            status=status,
            ms=round(ms, 3),
            cpu_ms=round((usage.ru_utime + usage.ru_stime) * 1000, 3),
            output=_printed(output),
        )

    def _fork(self, task: Task, answer: _Stream, output: _Stream, token: str) -> int:
        worker = os.getpid()
        private = [answer.reader, output.reader, self._wakeup, self._signalled]
        private += [self._channel.reader, self._channel.writer]
        pid = os.fork()
        if pid == 0:
            run_child(Fork(worker, answer.writer, output.writer, token, self._memory, private), task)
        os.close(answer.writer)
        os.close(output.writer)
        return pid

    def _wait(self, pid: int, until: float, streams: list[_Stream]) -> Any:
        """(status, resource usage) of the child, (None, None) at the deadline."""
        poll = select.poll()
        poll.register(self._wakeup, select.POLLIN)
        poll.register(self._channel.reader, 0)  # hanging up is reported always
        readers = {stream.reader: stream for stream in streams}
        for reader in readers:
            poll.register(reader, select.POLLIN)
        while True:
            left = until - time.monotonic()
            if left <= 0:
                return None, None
            for descriptor, _ in poll.poll(left * 1000 + 1):
                if descriptor == self._channel.reader:
                    raise Stop
                if descriptor == self._wakeup:
                    os.read(self._wakeup, 4096)
                elif not readers[descriptor].read():
                    poll.unregister(descriptor)
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                return status, usage


def _stop(*_: object) -> None:
    raise Stop


def _parse(answer: _Stream, token: str) -> dict[str, Any] | None:
    if answer.total > ANSWER_LIMIT or not answer.kept.endswith(b"\n"):
        return None
    try:
        message = json.loads(answer.kept)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.pop("token", None) != token:
        return None
    return message


def _printed(output: _Stream) -> str:
    text = _OTHER_FRAMES.sub("", output.kept.decode("utf-8", "replace"))
    if len(text) <= _OUTPUT and output.total == len(output.kept):
        return text
    return text[: _OUTPUT - 40] + "\n… (%d bytes printed)" % output.total
