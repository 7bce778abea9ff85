"""Orders kept with Django's ORM in a Flask application: the signals of Django's requests, which look after
connections, are sent by Flask's hooks."""

from __future__ import annotations

import json
import os
from datetime import datetime

import django
from django.core.signals import request_finished, request_started
from django.db import OperationalError, connection, transaction
from flask import Flask, Response, jsonify, request, stream_with_context
from flask.json.provider import DefaultJSONProvider

from runner.sessions import IDENTITY_SQL

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from shop.models import Document, LedgerRow, Order  # noqa: E402 - Django wants its settings first


class ISODates(DefaultJSONProvider):
    """Flask's own provider writes the dates of HTTP, without fractions of a second."""

    @staticmethod
    def default(o):
        return o.isoformat() if isinstance(o, datetime) else DefaultJSONProvider.default(o)


app = Flask(__name__)
app.json = ISODates(app)


@app.before_request
def begin():
    request_started.send(app, environ=request.environ)


@app.teardown_request
def end(error):
    request_finished.send(app)


@app.errorhandler(OperationalError)
def unreachable(error):
    return jsonify(error=type(error).__name__), 503


@app.get("/identity")
def identity():
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY_SQL)
        return jsonify(cursor.fetchone())


@app.get("/orders")
def orders():
    return jsonify(list(Order.objects.order_by("id").values_list("code", flat=True)))


@app.post("/orders")
@transaction.atomic
def create_order():
    Order.objects.create(code=request.get_json()["code"])
    return jsonify(), 201


@app.post("/orders/failing")
@transaction.atomic
def fail_half_way():
    Order.objects.create(code=request.get_json()["code"])
    raise RuntimeError("half way")


@app.get("/isolation/<value>")
@transaction.atomic
def isolation(value):
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.value', %s, true)", [value])
        cursor.execute("select pg_sleep(0.2)")
        cursor.execute("select current_setting('app.value')")
        return jsonify(cursor.fetchone()[0])


@app.get("/slow")
def slow():
    with connection.cursor() as cursor:
        cursor.execute("select pg_sleep(0.3)")
    return jsonify("slept")


@app.get("/documents/<int:number>")
def document(number):
    return jsonify(Document.objects.values("doc", "key", "price", "at").get(pk=number))


@app.get("/ledger")
def ledger():
    def lines():
        with transaction.atomic():  # without a transaction the cursor is WITH HOLD and reads everything first
            for row in LedgerRow.objects.values_list("id", "body").iterator(chunk_size=1000):
                yield json.dumps(row) + "\n"

    return Response(stream_with_context(lines()), mimetype="application/x-ndjson")
