"""Orders kept with Peewee, in a WSGI application without a framework: each view takes a connection from the
pool, in a transaction where it writes."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Iterator
from datetime import datetime

from peewee import CharField, DecimalField, Model, OperationalError, TextField, UUIDField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField, PooledPostgresqlExtDatabase, ServerSide

from runner.sessions import IDENTITY_SQL

db = PooledPostgresqlExtDatabase(
    os.environ["PGDATABASE"],  # libpq's variables say the rest
    max_connections=4,
    timeout=10,
    connect_timeout=2,
)


class Order(Model):
    code = CharField(unique=True)

    class Meta:
        database = db
        table_name = "orders"


class Document(Model):
    doc = BinaryJSONField()
    key = UUIDField()
    price = DecimalField(max_digits=30, decimal_places=10)
    at = DateTimeTZField()

    class Meta:
        database = db


class LedgerRow(Model):
    body = TextField()

    class Meta:
        database = db
        table_name = "ledger_rows"


@db.connection_context()
def identity(body):
    return db.execute_sql(IDENTITY_SQL).fetchone()


@db.connection_context()
def orders(body):
    return [order.code for order in Order.select().order_by(Order.id)]


@db.connection_context()
@db.atomic()
def create_order(body):
    Order.create(code=body["code"])


@db.connection_context()
@db.atomic()
def fail_half_way(body):
    Order.create(code=body["code"])
    raise RuntimeError("half way")


@db.connection_context()
@db.atomic()
def isolation(body, value):
    db.execute_sql("select set_config('app.value', %s, true)", [value])
    db.execute_sql("select pg_sleep(0.2)")
    return db.execute_sql("select current_setting('app.value')").fetchone()[0]


@db.connection_context()
def slow(body):
    db.execute_sql("select pg_sleep(0.3)")


@db.connection_context()
def document(body, number):
    found = Document.get_by_id(number)
    return {"doc": found.doc, "key": found.key, "price": found.price, "at": found.at}


def ledger(body):
    with db.connection_context(), db.atomic():  # without a transaction its cursor would read everything first
        for row in ServerSide(LedgerRow.select(), array_size=1000):
            yield json.dumps([row.id, row.body]).encode() + b"\n"


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
    return view(body, *words)


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
