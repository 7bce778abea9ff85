"""Django's ORM, on psycopg2 or psycopg, whichever is installed.

    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": …, "NAME": …, …}}
    INSTALLED_APPS = ["django.contrib.postgres", "recipe"]
    TIME_ZONE = "UTC"
    USE_TZ = True

A recipe runs in a module of the application `recipe`, so that a model defined in it belongs there. In scope:
`value`; `connection` (django.db.connection, connected); `migrate(*models)`, which runs the system checks as
the start of an application does, raises what they call an error, and creates the tables with the schema
editor; `settings_dict` (DATABASES["default"]); `connect()`, one more connection of Django's to the same
database. Django commits every statement outside `atomic()`. Recipes with `await` run in `asyncio.run` with
the same names in scope.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings

from runner.recipe import MODULE
from runner.sessions import IDENTITY_SQL, Endpoint, Family, Identity

SCOPE = ("connection", "migrate", "settings_dict", "connect")


class RecipeApp(AppConfig):  # type: ignore[misc]
    """Named in INSTALLED_APPS: its models are those of the recipe. It has no folder."""

    name = MODULE
    path = "/nonexistent"
    default_auto_field = "django.db.models.BigAutoField"


def load(driver: str | None) -> Family:
    sys.modules.setdefault(MODULE, ModuleType(MODULE))
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql"}},
        INSTALLED_APPS=["django.contrib.postgres", "families.django.RecipeApp"],
        SECRET_KEY="recipe",
        TIME_ZONE="UTC",
        USE_TZ=True,
    )
    django.setup()
    _warm_up()
    return Family(session=Session, libpq=_libpq(driver))


def _warm_up() -> None:
    """Loads what every recipe needs, once and not in every fork: the backend, its driver, the fields and the
    checks."""
    from django.contrib.postgres import fields  # noqa: F401
    from django.core import checks
    from django.core.management import base  # noqa: F401
    from django.db import connection

    connection.schema_editor()
    checks.run_checks()  # without `databases` it does not connect


def _libpq(driver: str | None) -> int | None:
    if driver == "psycopg2":
        from psycopg2.extensions import libpq_version

        return int(libpq_version())
    from psycopg.pq import version

    return int(version())


class Session:
    subject = "connection"

    def __init__(self, endpoint: Endpoint) -> None:
        from django.db import connection

        connection.settings_dict.update(
            HOST=endpoint.host, PORT=str(endpoint.port), USER=endpoint.user, NAME=endpoint.database
        )
        self.opened: list[Any] = [connection]
        self.scope: dict[str, object] = {}

    def open(self) -> None:
        connection = self.opened[0]
        connection.ensure_connection()
        self.scope = {
            "connection": connection,
            "migrate": migrate,
            "settings_dict": dict(connection.settings_dict),
            "connect": self.connect,
        }

    def connect(self) -> Any:
        second = self.opened[0].copy()
        self.opened.append(second)
        second.ensure_connection()
        return second

    def identify(self, subject: Any) -> Identity:
        with subject.cursor() as cur:
            cur.execute(IDENTITY_SQL)
            version, run_id, nonce, pid = cur.fetchone()
        return version, run_id, nonce, pid

    def commit(self) -> None:
        for connection in self.opened:
            if (
                connection.connection is not None
                and not connection.autocommit
                and not connection.in_atomic_block
            ):
                connection.commit()

    def rollback(self) -> None:
        """Closing rolls back: Django refuses to do it inside `atomic`."""

    def close(self) -> None:
        for connection in self.opened:
            connection.close()


def migrate(*models: Any) -> None:
    """The system checks, then one table for each model, in this order."""
    from django.core import checks
    from django.core.management.base import SystemCheckError
    from django.db import connection

    messages = checks.run_checks(databases=["default"])
    for message in messages:
        print(message, file=sys.stderr)
    if any(message.is_serious() for message in messages):
        raise SystemCheckError("; ".join(str(message) for message in messages if message.is_serious()))
    with connection.schema_editor() as editor:
        for model in models:
            editor.create_model(model)
