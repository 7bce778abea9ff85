"""A Python value as canonical, typed data (SeenValue in protocol.ts). What a recipe returned and what it
should have returned go through the same function, so that two values are the same exactly when their
encodings are."""

from __future__ import annotations

import datetime
import decimal
import enum
import hashlib
import json
import re
import uuid
from typing import Any, Dict

Seen = Dict[str, Any]

#: Characters of a text, and items of a container, beyond which a beginning, the length and a hash are kept.
_LONG = 200
_REPR = 500
_DEPTH = 32
_NODES = 200_000
#: Characters of one encoding, beyond which a hash of it stands for it.
_LARGE = 200_000

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")


def class_name(cls: type) -> str:
    """`int`, `decimal.Decimal`, `psycopg2.errors.UndefinedTable`"""
    module = getattr(cls, "__module__", None)
    name = getattr(cls, "__qualname__", cls.__name__)
    return name if module in (None, "builtins") else "%s.%s" % (module, name)


#: Modules whose classes a probe may expect.
_STANDARD = ("builtins", "datetime", "decimal", "uuid", "ipaddress")


def _type_name(cls: type) -> str:
    """An instance of a subclass is an instance of the class: asyncpg's UUID is a uuid.UUID. So the nearest
    standard class is named, and a library's own class only where there is none. The members of an Enum
    are more than their values."""
    if issubclass(cls, enum.Enum):
        return class_name(cls)
    standard = (base for base in cls.__mro__ if base.__module__ in _STANDARD and base is not object)
    return class_name(next(standard, cls))


def encode(value: object) -> Seen:
    """Never raises, whatever the value's own methods do."""
    seen = _Encoder().encode(value, 0)
    text = _sortable(seen)
    if len(text) <= _LARGE:
        return seen
    return {"type": seen["type"], "repr": "<too large to show, sha256 %s>" % _digest(text.encode("ascii"))}


class _Encoder:
    def __init__(self) -> None:
        self.nodes = 0

    def encode(self, value: object, depth: int) -> Seen:
        self.nodes += 1
        seen: Seen = {"type": _type_name(type(value))}
        if depth > _DEPTH or self.nodes > _NODES:
            return {**seen, "repr": "<too deep>" if depth > _DEPTH else "<too many values>"}
        try:
            return {**seen, **self.content(value, depth)}
        except Exception as error:
            return {**seen, "repr": "<cannot be read: %s>" % class_name(type(error))}

    def content(self, value: object, depth: int) -> Seen:
        if isinstance(value, dict):
            pairs = [
                [self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in dict.items(value)
            ]
            return _items(sorted(pairs, key=lambda pair: _sortable(pair[0])))
        if isinstance(value, (list, tuple)):
            return _items([self.encode(item, depth + 1) for item in value])
        if isinstance(value, (set, frozenset)):
            return _items(sorted((self.encode(item, depth + 1) for item in value), key=_sortable))
        return {"repr": _scalar(value)}


def _items(items: list[Any]) -> Seen:
    if len(items) <= _LONG:
        return {"items": items}
    digest = hashlib.sha256()
    for item in items:
        digest.update(_sortable(item).encode("ascii"))
    return {"items": items[:_LONG], "repr": "%d items, sha256 %s" % (len(items), digest.hexdigest())}


def _sortable(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


def _scalar(value: object) -> str:
    if isinstance(value, enum.Enum):
        return repr(value)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _binary(bytes(value))
    known = _known(value)
    return known if known is not None else _foreign(value)


def _known(value: object) -> str | None:
    """Built-in and standard classes by their own text, whatever a subclass makes of it."""
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int):
        return int.__repr__(value) if value.bit_length() < 8192 else _long_int(value)
    if isinstance(value, float):
        return float.__repr__(value)
    if isinstance(value, decimal.Decimal):
        return decimal.Decimal.__str__(value)
    if isinstance(value, datetime.datetime):
        return _instant(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return uuid.UUID.__str__(value)
    if isinstance(value, datetime.timedelta):
        return datetime.timedelta.__str__(value)
    if type(value).__module__ == "ipaddress":
        return str(value)
    return None


def _instant(value: datetime.datetime) -> str:
    if value.utcoffset() is None:
        return value.isoformat()
    try:
        plain = datetime.datetime.combine(value.date(), value.timetz())
        return plain.astimezone(datetime.timezone.utc).isoformat()
    except OverflowError:  # the first or last day of the calendar
        return value.isoformat()


def _long_int(value: int) -> str:
    return "<int of %d bits, sha256 %s>" % (value.bit_length(), _digest(hex(value).encode("ascii")))


def _text(value: str) -> str:
    if len(value) <= _LONG:
        return repr(value)
    digest = _digest(value.encode("utf-8", "surrogatepass"))
    return "%r… (%d characters, sha256 %s)" % (value[:_LONG], len(value), digest)


def _binary(value: bytes) -> str:
    if len(value) <= _LONG:
        return repr(value)
    return "%r… (%d bytes, sha256 %s)" % (value[:_LONG], len(value), _digest(value))


def _foreign(value: object) -> str:
    """Addresses change from run to run."""
    return _ADDRESS.sub("0x…", repr(value))[:_REPR]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
