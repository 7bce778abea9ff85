"""Orders kept with Peewee under Django: a middleware, as Peewee's documentation has it, takes a connection
from the pool for each request."""

from __future__ import annotations

import json
import os
from datetime import datetime

import django
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path
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


settings.configure(
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[__name__ + ".database_connection"],
    ALLOWED_HOSTS=["127.0.0.1", "testserver"],
    SECRET_KEY="not a secret",
)
django.setup()


class Exact(DjangoJSONEncoder):
    """Django's own encoder cuts times to milliseconds."""

    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def database_connection(get_response):
    def middleware(request):
        try:
            db.connect()
        except OperationalError as error:
            return JsonResponse({"error": type(error).__name__}, status=503)
        try:
            return get_response(request)
        finally:
            db.close()

    return middleware


def identity(request):
    return JsonResponse(db.execute_sql(IDENTITY_SQL).fetchone(), safe=False)


@db.atomic()
def orders(request):
    if request.method == "POST":
        Order.create(code=json.loads(request.body)["code"])
        return JsonResponse({}, status=201)
    return JsonResponse([order.code for order in Order.select().order_by(Order.id)], safe=False)


@db.atomic()
def fail_half_way(request):
    Order.create(code=json.loads(request.body)["code"])
    raise RuntimeError("half way")


@db.atomic()
def isolation(request, value):
    db.execute_sql("select set_config('app.value', %s, true)", [value])
    db.execute_sql("select pg_sleep(0.2)")
    return JsonResponse(db.execute_sql("select current_setting('app.value')").fetchone()[0], safe=False)


def slow(request):
    db.execute_sql("select pg_sleep(0.3)")
    return JsonResponse({})


def document(request, number):
    found = Document.get_by_id(number)
    row = {"doc": found.doc, "key": found.key, "price": found.price, "at": found.at}
    return JsonResponse(row, encoder=Exact)


def ledger(request):
    def lines():
        # The request's connection is closed by then, and without a transaction the cursor would read
        # everything first.
        with db.connection_context(), db.atomic():
            for row in ServerSide(LedgerRow.select(), array_size=1000):
                yield json.dumps([row.id, row.body]) + "\n"

    return StreamingHttpResponse(lines(), content_type="application/x-ndjson")


urlpatterns = [
    path("identity", identity),
    path("orders", orders),
    path("orders/failing", fail_half_way),
    path("isolation/<value>", isolation),
    path("slow", slow),
    path("documents/<int:number>", document),
    path("ledger", ledger),
]
application = get_wsgi_application()
