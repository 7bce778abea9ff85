"""Orders kept with Flask-SQLAlchemy: a session for each request, removed when the request ends."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request, stream_with_context
from flask.json.provider import DefaultJSONProvider
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Numeric, String, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from runner.sessions import IDENTITY_SQL


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)


class Document(Base):
    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    doc: Mapped[Any] = mapped_column(JSONB)
    key: Mapped[UUID]
    price: Mapped[Decimal] = mapped_column(Numeric(30, 10))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class LedgerRow(Base):
    __tablename__ = "ledger_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]


class ISODates(DefaultJSONProvider):
    """Flask's own provider writes the dates of HTTP, without fractions of a second."""

    @staticmethod
    def default(o):
        return o.isoformat() if isinstance(o, datetime) else DefaultJSONProvider.default(o)


app = Flask(__name__)
app.json = ISODates(app)
app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg2://"  # libpq's variables say the rest
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
    "pool_size": 4,
    "max_overflow": 0,
    "pool_pre_ping": True,
    "connect_args": {"connect_timeout": 2},
}
db = SQLAlchemy(app, model_class=Base)
Migrate(app, db)


@app.errorhandler(OperationalError)
def unreachable(error):
    return jsonify(error=type(error).__name__), 503


@app.get("/identity")
def identity():
    return jsonify(list(db.session.execute(text(IDENTITY_SQL)).one()))


@app.get("/orders")
def orders():
    return jsonify(db.session.scalars(select(Order.code).order_by(Order.id)).all())


@app.post("/orders")
def create_order():
    db.session.add(Order(code=request.get_json()["code"]))
    db.session.commit()
    return jsonify(), 201


@app.post("/orders/failing")
def fail_half_way():
    db.session.add(Order(code=request.get_json()["code"]))
    db.session.flush()
    raise RuntimeError("half way")


@app.get("/isolation/<value>")
def isolation(value):
    db.session.execute(select(func.set_config("app.value", value, True)))
    db.session.execute(select(func.pg_sleep(0.2)))
    return jsonify(db.session.scalar(select(func.current_setting("app.value"))))


@app.get("/slow")
def slow():
    db.session.execute(select(func.pg_sleep(0.3)))
    return jsonify("slept")


@app.get("/documents/<int:number>")
def document(number):
    found = db.get_or_404(Document, number)
    return jsonify(doc=found.doc, key=found.key, price=found.price, at=found.at)


@app.get("/ledger")
def ledger():
    def lines():
        rows = select(LedgerRow.id, LedgerRow.body)
        for number, body in db.session.execute(rows, execution_options={"yield_per": 1000}):
            yield json.dumps([number, body]) + "\n"

    return Response(stream_with_context(lines()), mimetype="application/x-ndjson")
