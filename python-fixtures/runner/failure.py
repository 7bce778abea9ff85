"""An exception, as the harness gets to see it (PythonError in protocol.ts)."""

from __future__ import annotations

import re
import sys
import traceback
from typing import Iterator

from runner.seen import class_name

_MESSAGE = 2000
_SQLSTATE = re.compile(r"[0-9A-Z]{5}\Z")


def describe(error: BaseException, file: str) -> dict[str, object]:
    """`file` is the recipe's: the line is that of its deepest frame, or of its syntax error."""
    return {
        "type": class_name(type(error)),
        "message": _message(error)[:_MESSAGE],
        "sqlstate": _sqlstate(error),
        "line": _line(error, file),
    }


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:
        return "<its message cannot be printed>"
    for folder in (sys.prefix, sys.base_prefix):  # says nothing about the client
        text = text.replace(folder + "/", "")
    return text


def _line(error: BaseException, file: str) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    lines = [
        line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == file
    ]
    return lines[-1] if lines else None


def _sqlstate(error: BaseException) -> str | None:
    for link in _chain(error):
        for candidate in _candidates(link):
            if isinstance(candidate, str) and _SQLSTATE.match(candidate):
                return candidate
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, what it wraps (SQLAlchemy's `orig`), groups, and its causes, nearest first."""
    waiting: list[BaseException] = [error]
    known: list[BaseException] = []
    while waiting and len(known) < 50:
        link = waiting.pop(0)
        if any(link is other for other in known):
            continue
        known.append(link)
        yield link
        inner = [getattr(link, "orig", None), *_members(link), link.__cause__, link.__context__]
        waiting.extend(one for one in inner if isinstance(one, BaseException))


def _members(error: BaseException) -> list[object]:
    members = getattr(error, "exceptions", ())
    return list(members) if isinstance(members, (list, tuple)) else []


def _candidates(error: BaseException) -> Iterator[object]:
    yield getattr(error, "sqlstate", None)  # psycopg 3, asyncpg
    yield getattr(error, "pgcode", None)  # psycopg2
    yield getattr(getattr(error, "diag", None), "sqlstate", None)
    if error.args and isinstance(error.args[0], dict):  # pg8000
        yield error.args[0].get("C")
