"""Web applications (stacks/*) as a recipe asks them: served by their own server, over HTTP on loopback.

    app.get("/orders").status                # Reply: status, text, json
    app.json("/orders")                      # parsed; raises where the answer is not 200
    app.post("/orders", {"code": "a"})
    with app.open("/ledger") as answer:      # http.client.HTTPResponse, to be read piece by piece
    app.peak_memory()                        # MB of its largest process so far
    together(call, …)                        # calls at the same time, results in their order
    with serve(PGHOST="127.0.0.1", PGPORT=closed_port()) as down:  # once more, with other settings
    run("test")                              # a command of the application; raises where it fails
    sql("select …")                          # rows as text, over a connection of its own as the same role

A command of an application is run in a fork, as from a shell in its folder, but with its libraries imported
already: what `python -m NAME` does.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import re
import runpy
import shlex
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from typing import IO, Any, Callable, NamedTuple, NoReturn

from runner.leftovers import die_with_parent

#: gunicorn keeps a socket for its control in a home that nobody has here.
_SURROUNDINGS = {"GUNICORN_CMD_ARGS": "--no-control-socket", "PYTHONDONTWRITEBYTECODE": "1"}
#: Seconds.
_START = 30.0
_ANSWER = 30.0
_COMMAND = 60.0
#: Characters of what an application wrote that are told.
_TOLD = 3000
_STAMP = re.compile(r"^\[?\d{4}-\d\d-\d\d[^\]]*\] *(\[\d+\] *)?", re.MULTILINE)
_CHATTER = re.compile(r"^(?:\[INFO\]|INFO:).*\n", re.MULTILINE)
_FRAMES = re.compile(r'^ +File "/.*\n(?:    .*\n)*', re.MULTILINE)
_ERROR = re.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Failure|Unavailable)\b.*", re.MULTILINE)


class ApplicationError(Exception):
    """The application did not do what every application does: the message ends with its last error."""


class Reply(NamedTuple):
    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Program:
    """The files of an application, and how it is started. Its libraries are imported here, once."""

    def __init__(self, name: str) -> None:
        package = name if name.startswith("fakes.") else "stacks." + name
        module = importlib.import_module(package + ".commands")
        self.folder = os.path.dirname(os.path.abspath(str(module.__file__)))
        self.commands: dict[str, str] = module.COMMANDS

    def start(self, command: str, log: IO[bytes], environment: dict[str, str]) -> int:
        """The process that runs it, as a shell would from the application's folder."""
        words = shlex.split(command)
        if words[0] == "python":
            words = words[2:] if words[1] == "-m" else words[1:]
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            die_with_parent(parent)
            self._become(words, log, environment)
        return pid

    def _become(self, words: list[str], log: IO[bytes], environment: dict[str, str]) -> NoReturn:
        """What `python -m` or a script of the command's name does, with the libraries imported already."""
        code = 1
        try:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            os.environ.update(_SURROUNDINGS)
            os.environ.update(environment)
            os.chdir(self.folder)
            sys.path.insert(0, self.folder)
            sys.argv = words
            if words[0].endswith(".py"):
                runpy.run_path(words[0], run_name="__main__")
            else:
                runpy.run_module(words[0], run_name="__main__", alter_sys=True)
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            _flush()
            os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            """Closed by whoever ran."""


class Application:
    """One that is being served. Its processes end with the recipe at the latest."""

    def __init__(self, program: Program, environment: dict[str, str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the application
        self._reserved, self.port = reserve_port()
        command = program.commands["serve"].format(port=self.port)
        self.pid = program.start(command, self._log, {**environment, "PORT": str(self.port)})
        self._await_start()

    def _await_start(self) -> None:
        until = time.monotonic() + _START
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), _ANSWER).close()
                return
            except ConnectionRefusedError:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    raise ApplicationError("did not start: " + self.last_error()) from None
                time.sleep(0.01)
        raise ApplicationError("does not listen: " + self.last_error())

    def get(self, path: str) -> Reply:
        return self._ask("GET", path)

    def post(self, path: str, document: object) -> Reply:
        return self._ask("POST", path, json.dumps(document).encode())

    def json(self, path: str) -> Any:
        reply = self.get(path)
        if reply.status != 200:
            raise ApplicationError("GET %s: %d, %s" % (path, reply.status, self.last_error()))
        return reply.json

    def open(self, path: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER)
        connection.request("GET", path)
        return connection.getresponse()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            return Reply(response.status, response.read().decode())
        finally:
            connection.close()

    def peak_memory(self) -> float:
        return max(_peak(pid) for pid in _family_of(self.pid))

    def log(self) -> str:
        """What it wrote, without what differs from run to run."""
        return _told(self._log)

    def last_error(self) -> str:
        found = _ERROR.findall(self.log())
        return found[-1] if found else self.log().strip()[-300:] or "it wrote nothing"

    def __enter__(self) -> Application:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        for pid in _family_of(self.pid):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._reserved.close()


def run_command(program: Program, name: str, environment: dict[str, str]) -> str:
    """What it wrote. :raises ApplicationError: where it fails"""
    with tempfile.TemporaryFile() as log:
        command = program.commands[name]
        pid = program.start(command, log, environment)
        code = _ended(pid, _COMMAND)
        if code is None:
            raise ApplicationError("`%s` does not end" % command)
        text = _told(log)
        if os.WIFSIGNALED(code) or os.WEXITSTATUS(code):
            raise ApplicationError("`%s` failed: %s" % (command, text.strip()[-600:]))
        return text


def _told(log: IO[bytes]) -> str:
    log.seek(0)
    text = log.read().decode("utf-8", "replace")
    return _CHATTER.sub("", _STAMP.sub("", _FRAMES.sub("", text)))[-_TOLD:]


def _ended(pid: int, seconds: float) -> int | None:
    """How it ended, as waitpid reports it; None while it still runs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.01)
    return None


def reserve_port() -> tuple[socket.socket, int]:
    """A port of loopback that nobody else is given while the socket lives. Nobody listens on it: the
    socket is bound alone, and lets a server that listens bind to the same."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    return reserved, reserved.getsockname()[1]


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own. :raises: what the first that failed raised"""
    results: list[Any] = [None] * len(calls)
    failures: list[BaseException] = []

    def call(index: int) -> None:
        try:
            results[index] = calls[index]()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=call, args=[index]) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def _family_of(pid: int) -> list[int]:
    """A process and those below it, as far as the system tells."""
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as listing:
            children = [int(child) for child in listing.read().split()]
    except OSError:
        return [pid]
    return [pid, *(below for child in children for below in _family_of(child))]


def _peak(pid: int) -> float:
    """MB; where the system does not tell, what this process and its children had at most."""
    try:
        with open("/proc/%d/status" % pid) as status:
            line = next(line for line in status if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    except (OSError, StopIteration):
        return 0.0
