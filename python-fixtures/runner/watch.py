"""The worker's side of a fork: reads what the child says and prints, enforces the deadline, leaves no
process."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import time
from typing import Any, NamedTuple

from runner.channel import Channel, write_all
from runner.child import ANSWER_LIMIT, Fork, Task, run_child
from runner.leftovers import end_children, end_group

#: Characters of what a recipe printed that are kept.
_OUTPUT = 4000

#: Bytes of a question to the harness.
_QUESTION = 4096

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


class _Questions:
    """The worker's end of what a recipe asks of the harness while it runs."""

    def __init__(self, channel: Channel, base: dict[str, Any], token: str) -> None:
        ours, theirs = socket.socketpair()
        self.reader, self.writer = ours.detach(), theirs.detach()
        #: Proves that it was the task who wrote.
        self.token = token
        self._channel = channel
        self._base = base
        self._text = b""

    def read(self) -> bool:
        """Whether more may come. Waits for the harness where a question is complete. :raises Stop:"""
        data = os.read(self.reader, _QUESTION)
        self._text += data
        if not self._text.endswith(b"\n"):
            return bool(data) and len(self._text) < _QUESTION
        question, self._text = json.loads(self._text), b""
        if question.pop("token", None) != self.token:
            return False
        self._channel.send({**self._base, "outcome": "asks", **question})
        done = self._channel.receive()
        if done is None:
            raise Stop
        write_all(self.reader, json.dumps(done).encode("ascii") + b"\n")
        return True


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

    def run(self, task: Task, deadline: float, base: dict[str, Any]) -> Ended:
        """`deadline` in seconds from now; `base` begins whatever is said of this task meanwhile.
        :raises Stop: Undead:"""
        answer, output = _Stream(ANSWER_LIMIT), _Stream(_OUTPUT * 4)
        questions = _Questions(self._channel, base, os.urandom(8).hex())
        started = time.monotonic()
        pid = self._fork(task, answer, output, questions)
        try:
            status, usage = self._wait(pid, started + deadline, [answer, output, questions])
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
        os.close(questions.reader)
        return Ended(
            answer=_parse(answer, questions.token),
            timed_out=timed_out,
            status=status,
            ms=round(ms, 3),
            cpu_ms=round((usage.ru_utime + usage.ru_stime) * 1000, 3),
            output=_printed(output),
        )

    def _fork(self, task: Task, answer: _Stream, output: _Stream, questions: _Questions) -> int:
        worker = os.getpid()
        private = [answer.reader, output.reader, questions.reader, self._wakeup, self._signalled]
        private += [self._channel.reader, self._channel.writer]
        pid = os.fork()
        if pid == 0:
            ends = (answer.writer, output.writer, questions.writer)
            run_child(Fork(worker, *ends, questions.token, self._memory, private), task)
        for stream in (answer, output, questions):
            os.close(stream.writer)
        return pid

    def _wait(self, pid: int, until: float, streams: list[_Stream | _Questions]) -> Any:
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
