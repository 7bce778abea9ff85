"""Orders kept with SQLAlchemy, in a WSGI application without a framework: each view opens a session."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Numeric, String, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

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


engine = create_engine(
    "postgresql+psycopg2://",  # libpq's variables say the rest
    pool_size=4,
    max_overflow=0,
    pool_pre_ping=True,
    connect_args={"connect_timeout": 2},
)
Session = sessionmaker(engine)


def identity(body):
    with Session() as session:
        return list(session.execute(text(IDENTITY_SQL)).one())


def orders(body):
    with Session() as session:
        return session.scalars(select(Order.code).order_by(Order.id)).all()


def create_order(body):
    with Session.begin() as session:
        session.add(Order(code=body["code"]))


def fail_half_way(body):
    with Session.begin() as session:
        session.add(Order(code=body["code"]))
        session.flush()
        raise RuntimeError("half way")


def isolation(body, value):
    with Session() as session:
        session.execute(select(func.set_config("app.value", value, True)))
        session.execute(select(func.pg_sleep(0.2)))
        return session.scalar(select(func.current_setting("app.value")))


def slow(body):
    with Session() as session:
        session.execute(select(func.pg_sleep(0.3)))


def document(body, number):
    with Session() as session:
        found = session.get_one(Document, int(number))
        return {"doc": found.doc, "key": found.key, "price": found.price, "at": found.at}


def ledger(body):
    with Session() as session:
        rows = select(LedgerRow.id, LedgerRow.body).execution_options(yield_per=1000)
        for row in session.execute(rows):
            yield json.dumps(list(row)).encode() + b"\n"


VIEWS: dict[tuple[str, str], Callable] = {
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
