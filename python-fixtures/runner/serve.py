"""The worker's main loop."""

from __future__ import annotations

import gc
import importlib
import os
import re
import signal
import traceback
from typing import Any, NamedTuple

from runner.attempt import Stage, attempt
from runner.channel import Channel, take_over
from runner.hello import hello
from runner.leftovers import adopt_orphans, end_children
from runner.presence import UnknownPackage, present
from runner.sessions import Family, MissingLibrary
from runner.surroundings import Surroundings
from runner.watch import Ended, Stop, Watch

#: Seconds to look up names in the installed packages.
_LOOKUP = 30.0
_FAMILY_NAME = re.compile(r"(fakes\.)?[a-z][a-z0-9_]*\Z")


class Loaded(NamedTuple):
    family: Family
    #: The family's SCOPE.
    names: tuple[str, ...]


def main() -> int:
    channel = take_over()
    try:
        start = channel.receive()
        if start is not None:
            _serve(channel, start)
    except Stop:
        end_children()
    return 0


def _serve(channel: Channel, start: dict[str, Any]) -> None:
    adopt_orphans()
    os.environ["PGGSSENCMODE"] = "disable"  # libpq's GSSAPI code does not survive a fork
    try:
        loaded = load_family(start["family"], start["driver"])
    except MissingLibrary as missing:
        channel.send({"kind": "unavailable", "reason": str(missing)})
        return
    watch = Watch(channel, start["memory"])
    channel.send(hello(start["distributions"], loaded.family.libpq))
    gc.collect()
    gc.freeze()  # the forks then share these pages
    while True:
        request = channel.receive()
        if request is None:
            return
        channel.send(_answer(request, loaded, watch))


def load_family(name: str, driver: str | None) -> Loaded:
    """families/<name>.py, or a fake for tests, `fakes.<name>`. The library is imported here, once for all
    recipes.

    :raises MissingLibrary: naming what the machine lacks.
    """
    if not _FAMILY_NAME.match(name):
        raise SystemExit("there is no family %r" % name)
    try:
        module = importlib.import_module(name if name.startswith("fakes.") else "families." + name)
        return Loaded(module.load(driver), module.SCOPE)
    except MissingLibrary:
        raise
    except Exception as error:
        traceback.print_exc()
        told = "%s: %s" % (type(error).__name__, error)
        raise SystemExit("cannot load the family %s on the driver %s: %s" % (name, driver, told)) from None


def _answer(request: dict[str, Any], loaded: Loaded, watch: Watch) -> dict[str, Any]:
    base = {"id": request["id"], "nonce": request["nonce"]}
    if request["kind"] == "absent":
        return {**base, **outcome(watch.run(lambda _: _lookup(request), _LOOKUP, base))}
    surroundings = Surroundings(**request["surroundings"])
    with surroundings.folder() as folder:
        stage = Stage(loaded.family, loaded.names, surroundings, folder)
        ended = watch.run(lambda ask: attempt(request, stage, ask), request["deadline"], base)
    return {**base, **outcome(ended)}


def _lookup(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"outcome": "absent", "present": present(request["names"])}
    except UnknownPackage as problem:
        return {"outcome": "rejected", "reason": str(problem)}


def outcome(ended: Ended) -> dict[str, Any]:
    """An answer that came is believed, whatever became of the child afterwards."""
    ran: dict[str, Any] = {"ms": ended.ms, "cpuMs": ended.cpu_ms, "output": ended.output}
    if ended.answer is not None:
        measured = ended.answer["outcome"] in ("returned", "raised")
        return {**(ran if measured else {}), **ended.answer}
    if ended.timed_out:
        return {**ran, "outcome": "timeout"}
    if os.WIFSIGNALED(ended.status):
        return {**ran, "outcome": "died", "signal": signal_name(os.WTERMSIG(ended.status)), "exitCode": None}
    return {**ran, "outcome": "died", "signal": None, "exitCode": os.WEXITSTATUS(ended.status)}


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return "signal %d" % number
