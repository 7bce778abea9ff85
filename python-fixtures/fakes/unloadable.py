"""A family whose library cannot be imported."""

from __future__ import annotations

from runner.sessions import Family

SCOPE = ()


def load(driver: str | None) -> Family:
    raise ImportError("libmissing.so.5: cannot open shared object file")
