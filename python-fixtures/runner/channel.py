"""The worker's private pair of descriptors."""

from __future__ import annotations

import json
import os
from typing import Dict

Message = Dict[str, object]


class Channel:
    """One JSON object a line, in and out, over descriptors that neither 0, 1, 2 nor a recipe refers to."""

    def __init__(self, reader: int, writer: int) -> None:
        self.reader = reader
        self.writer = writer
        self._lines = os.fdopen(reader, "rb", closefd=False)

    def receive(self) -> Message | None:
        """The next message, or None when the harness has closed its end."""
        line = self._lines.readline()
        if not line.endswith(b"\n"):
            return None
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("a message to the worker must be a JSON object, got " + type(message).__name__)
        return message

    def send(self, message: Message) -> None:
        write_all(self.writer, json.dumps(message).encode("ascii") + b"\n")


def take_over() -> Channel:
    """Moves the protocol away from 0 and 1, and leaves there what may be read and written by anybody:
    0 is empty, 1 goes where 2 goes, which is the harness's log of this worker."""
    reader, writer = os.dup(0), os.dup(1)  # not inheritable, PEP 446
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Channel(reader, writer)


def write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
