"""Orders kept with Peewee: FlaskDB takes a connection from the pool for each request."""

from __future__ import annotations

import json
import os
from datetime import datetime

from flask import Flask, Response, jsonify, request, stream_with_context
from flask.json.provider import DefaultJSONProvider
from peewee import CharField, DecimalField, OperationalError, TextField, UUIDField
from playhouse.flask_utils import FlaskDB
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField, PooledPostgresqlExtDatabase, ServerSide

from runner.sessions import IDENTITY_SQL


class ISODates(DefaultJSONProvider):
    """Flask's own provider writes the dates of HTTP, without fractions of a second."""

    @staticmethod
    def default(o):
        return o.isoformat() if isinstance(o, datetime) else DefaultJSONProvider.default(o)


app = Flask(__name__)
app.json = ISODates(app)
db = PooledPostgresqlExtDatabase(
    os.environ["PGDATABASE"],  # libpq's variables say the rest
    max_connections=4,
    timeout=10,
    connect_timeout=2,
)
flask_db = FlaskDB(app, db)


class Order(flask_db.Model):
    code = CharField(unique=True)

    class Meta:
        table_name = "orders"


class Document(flask_db.Model):
    doc = BinaryJSONField()
    key = UUIDField()
    price = DecimalField(max_digits=30, decimal_places=10)
    at = DateTimeTZField()


class LedgerRow(flask_db.Model):
    body = TextField()

    class Meta:
        table_name = "ledger_rows"


@app.errorhandler(OperationalError)
def unreachable(error):
    return jsonify(error=type(error).__name__), 503


@app.get("/identity")
def identity():
    return jsonify(db.execute_sql(IDENTITY_SQL).fetchone())


@app.get("/orders")
def orders():
    return jsonify([order.code for order in Order.select().order_by(Order.id)])


@app.post("/orders")
@db.atomic()
def create_order():
    Order.create(code=request.get_json()["code"])
    return jsonify(), 201


@app.post("/orders/failing")
@db.atomic()
def fail_half_way():
    Order.create(code=request.get_json()["code"])
    raise RuntimeError("half way")


@app.get("/isolation/<value>")
@db.atomic()
def isolation(value):
    db.execute_sql("select set_config('app.value', %s, true)", [value])
    db.execute_sql("select pg_sleep(0.2)")
    return jsonify(db.execute_sql("select current_setting('app.value')").fetchone()[0])


@app.get("/slow")
def slow():
    db.execute_sql("select pg_sleep(0.3)")
    return jsonify("slept")


@app.get("/documents/<int:number>")
def document(number):
    found = Document.get_by_id(number)
    return jsonify(doc=found.doc, key=found.key, price=found.price, at=found.at)


@app.get("/ledger")
def ledger():
    def lines():
        with db.atomic():  # without a transaction its cursor would read everything first
            for row in ServerSide(LedgerRow.select(), array_size=1000):
                yield json.dumps([row.id, row.body]) + "\n"

    return Response(stream_with_context(lines()), mimetype="application/x-ndjson")
