"""SQLModel, on psycopg2, psycopg or asyncpg. It runs on SQLAlchemy's engine, so that what a recipe finds in
scope, and what becomes of it, is the same as in sqlalchemy.py:

    engine = create_engine(url)
    conn = engine.connect()

Recipes open `Session(engine)` and commit it, as its documentation does. Its models share one registry and one
`SQLModel.metadata`; each recipe runs in a process of its own, and finds both empty.
"""

from __future__ import annotations

import importlib

from families import sqlalchemy as same
from runner.sessions import Family

SCOPE = same.SCOPE


def load(driver: str | None) -> Family:
    importlib.import_module("sqlmodel.ext.asyncio.session")  # here once, and not in every fork
    return same.load(driver)
