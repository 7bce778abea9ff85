"""Orders kept with Django's ORM, in a WSGI application without the rest of Django: the signals of a request,
which look after connections, are sent by hand."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Iterator
from datetime import datetime

import django
from django.core.signals import request_finished, request_started
from django.db import OperationalError, connection, transaction

from runner.sessions import IDENTITY_SQL

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from shop.models import Document, LedgerRow, Order  # noqa: E402 - Django wants its settings first


def identity(body):
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY_SQL)
        return cursor.fetchone()


def orders(body):
    return list(Order.objects.order_by("id").values_list("code", flat=True))


@transaction.atomic
def create_order(body):
    Order.objects.create(code=body["code"])


@transaction.atomic
def fail_half_way(body):
    Order.objects.create(code=body["code"])
    raise RuntimeError("half way")


@transaction.atomic
def isolation(body, value):
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.value', %s, true)", [value])
        cursor.execute("select pg_sleep(0.2)")
        cursor.execute("select current_setting('app.value')")
        return cursor.fetchone()[0]


def slow(body):
    with connection.cursor() as cursor:
        cursor.execute("select pg_sleep(0.3)")


def document(body, number):
    return Document.objects.values("doc", "key", "price", "at").get(pk=number)


def ledger(body):
    with transaction.atomic():  # without a transaction the cursor is WITH HOLD and reads everything first
        for row in LedgerRow.objects.values_list("id", "body").iterator(chunk_size=1000):
            yield json.dumps(row).encode() + b"\n"


VIEWS = {
    ("GET", "identity"): identity,
    ("GET", "orders"): orders,
    ("POST", "orders"): create_order,
    ("POST", "failing"): fail_half_way,
    ("GET", "isolation"): isolation,
    ("GET", "slow"): slow,
    ("GET", "documents"): document,
    ("GET", "ledger"): ledger,
}


def plain(value):
    """What json.dumps does not know by itself."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def answer(environ):
    name, *words = environ["PATH_INFO"].removeprefix("/orders/").strip("/").split("/")
    body = json.loads(environ["wsgi.input"].read() or "null")
    view = VIEWS[environ["REQUEST_METHOD"], name]
    request_started.send(application, environ=environ)
    try:
        return view(body, *words)
    finally:
        request_finished.send(application)


def application(environ, start_response):
    try:
        status, answered = "201 Created" if environ["REQUEST_METHOD"] == "POST" else "200 OK", answer(environ)
    except OperationalError as error:
        status, answered = "503 Service Unavailable", {"error": type(error).__name__}
    except Exception:
        traceback.print_exc()
        status, answered = "500 Internal Server Error", {}
    start_response(status, [("Content-Type", "application/json")])
    return answered if isinstance(answered, Iterator) else [json.dumps(answered, default=plain).encode()]
