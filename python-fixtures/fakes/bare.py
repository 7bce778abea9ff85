"""A family on a machine that lacks a library."""

from __future__ import annotations

from runner.sessions import Family, MissingLibrary

SCOPE = ()


def load(driver: str | None) -> Family:
    raise MissingLibrary("there is no libmissing here; install libmissing5 and run again")
