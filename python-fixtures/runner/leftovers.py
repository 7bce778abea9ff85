"""Finding and ending every process that a recipe leaves behind.

On Linux the worker adopts its orphaned descendants (a child subreaper), so a process that forked twice or
made a session of its own still turns up among the worker's children. Elsewhere only the recipe's process
group is ended.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

LINUX = sys.platform.startswith("linux")
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
#: Seconds after which processes that SIGKILL does not end are given up.
_PATIENCE = 5.0

_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


class Undead(Exception):
    """Processes survived SIGKILL: this worker cannot promise a clean slate any more."""


def adopt_orphans() -> None:
    if _libc is not None and _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def die_with_parent(parent: int) -> None:
    """Called in a fresh child: it ends when the worker does, however that happens."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says EPERM for a group of zombies
        pass


def end_children() -> None:
    """Ends and reaps every child of this process. Killing one hands its own children to us, hence the loop.

    :raises Undead: when some are still there after five seconds.
    """
    until = time.monotonic() + _PATIENCE
    while _any_child():
        if time.monotonic() > until:
            raise Undead("processes %s survive SIGKILL" % _children())
        for pid in _children():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.001)


def _any_child() -> bool:
    """Reaps what is dead; whether anything is left."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True


def _children() -> list[int]:
    me = os.getpid()
    try:
        with open("/proc/%d/task/%d/children" % (me, me)) as listing:
            return [int(pid) for pid in listing.read().split()]
    except OSError:
        return [pid for pid in _processes() if _parent(pid) == me]


def _processes() -> list[int]:
    """For kernels built without the list of children."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()] if LINUX else []


def _parent(pid: int) -> int:
    try:
        with open("/proc/%d/stat" % pid) as stat:
            return int(stat.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
