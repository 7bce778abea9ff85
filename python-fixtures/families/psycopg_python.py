"""psycopg (3) in pure Python, on the libpq of the system: what a recipe finds in scope is the same as in
psycopg.py."""

from __future__ import annotations

from runner.sessions import Family, MissingLibrary

SCOPE = ("conn", "cur", "connect", "dsn")


def load(driver: str | None) -> Family:
    try:
        from families import psycopg as same
    except ImportError as error:
        if "libpq library not found" not in str(error):
            raise
        told = "psycopg in pure Python loads the system's libpq, and there is none where it would run"
        raise MissingLibrary(told + "; install it (Debian: libpq5) and run again") from error
    return same.load(driver)
