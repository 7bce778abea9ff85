"""The forked side: limits, descriptors, the task, and one line of answer."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import sys
import traceback
from typing import Any, Callable, Dict, NamedTuple, NoReturn, Sequence

from runner.channel import write_all
from runner.leftovers import die_with_parent
from runner.surroundings import Ask

#: Bytes of one answer; the encoding of values keeps far below it.
ANSWER_LIMIT = 1_000_000
#: Bytes of one file that a recipe may write.
_FILE_LIMIT = 64 * 1024 * 1024
_SOFTWARE_ERROR = 70  # EX_SOFTWARE of sysexits.h: the worker's own fault

Task = Callable[[Ask], Dict[str, Any]]


class Fork(NamedTuple):
    """What the child needs of the moment before the fork."""

    worker: int
    answer: int
    output: int
    #: Questions to the harness go out here, and what it says comes in.
    questions: int
    #: Proves to the worker that the answer is ours.
    token: str
    #: Address space in bytes.
    memory: int
    #: Descriptors of the worker that the child must not have.
    private: Sequence[int]


def run_child(fork: Fork, task: Task) -> NoReturn:
    me = os.getpid()
    try:
        _settle(fork)
        answer = task(lambda deed: _ask(fork, deed))
        if os.getpid() == me:  # and not a process that the recipe forked and that returned from it as well
            _answer(fork, answer)
            os._exit(0)
    except MemoryError:
        _out_of_memory(fork.memory)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(_SOFTWARE_ERROR)


def _ask(fork: Fork, deed: str) -> dict[str, Any]:
    question = json.dumps({"deed": deed, "token": fork.token})
    write_all(fork.questions, question.encode("ascii") + b"\n")
    line = b""
    while not line.endswith(b"\n"):
        data = os.read(fork.questions, 65536)
        if not data:
            raise EOFError("nobody answers any more")
        line += data
    done = json.loads(line)
    if done["problem"] is not None:
        raise RuntimeError("%s(): %s" % (deed, done["problem"]))
    result: dict[str, Any] = done["result"]
    return result


def _settle(fork: Fork) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent(fork.worker)
    os.dup2(fork.output, 1)
    os.dup2(fork.output, 2)
    for descriptor in (fork.output, *fork.private):
        os.close(descriptor)
    _limit(resource.RLIMIT_AS, fork.memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, _FILE_LIMIT)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    faulthandler.enable()  # a crash prints the recipe's line


def _limit(which: int, amount: int) -> None:
    try:
        resource.setrlimit(which, (amount, amount))
    except (ValueError, OSError):
        """macOS knows no limit of the address space; a stricter limit of the caller stays."""


def _answer(fork: Fork, answer: dict[str, Any]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    line = json.dumps({**answer, "token": fork.token}).encode("ascii") + b"\n"
    if len(line) > ANSWER_LIMIT:
        raise ValueError("an answer of %d bytes is too long: the recipe returns too much" % len(line))
    write_all(fork.answer, line)


def _out_of_memory(limit: int) -> NoReturn:
    """An application without memory is killed; the recipe ends the same way, with the reason in its
    output."""
    os.write(2, b"out of memory: a recipe has %d MB\n" % (limit // 1024 // 1024))
    os.kill(os.getpid(), signal.SIGKILL)
    os._exit(_SOFTWARE_ERROR)
