"""The value of a probe: JSON as it came, or a Python expression."""

from __future__ import annotations

import datetime
import decimal
import ipaddress
import math
import uuid

_SCOPE: dict[str, object] = {
    "datetime": datetime.datetime,
    "date": datetime.date,
    "time": datetime.time,
    "timedelta": datetime.timedelta,
    "timezone": datetime.timezone,
    "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
    "ipaddress": ipaddress,
    "math": math,
}


class LiteralProblem(Exception):
    """The expression does not evaluate: the probe is at fault, never the client."""


def evaluate(literal: object, name: str) -> object:
    """A fresh value. `literal` is {"json": …} or {"python": "…"}; `name` is how the probe calls it.

    :raises LiteralProblem: saying what is wrong with which expression.
    """
    if isinstance(literal, dict) and "json" in literal:
        return literal["json"]
    if not isinstance(literal, dict) or not isinstance(literal.get("python"), str):
        raise LiteralProblem("%s must be {json: …} or {python: …}, got %r" % (name, literal))
    expression = literal["python"].strip()
    try:
        return eval(compile(expression, "<%s>" % name, "eval"), dict(_SCOPE))
    except Exception as error:
        text = "%s: `%s` does not evaluate: %s: %s" % (name, expression[:200], type(error).__name__, error)
        raise LiteralProblem(text) from error
