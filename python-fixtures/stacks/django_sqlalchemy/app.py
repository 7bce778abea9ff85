"""Orders kept with SQLAlchemy under Django, which has no part in it: each view opens a session."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import django
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path
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

settings.configure(
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[__name__ + ".DatabaseAway"],
    ALLOWED_HOSTS=["127.0.0.1", "testserver"],
    SECRET_KEY="not a secret",
)
django.setup()


class Exact(DjangoJSONEncoder):
    """Django's own encoder cuts times to milliseconds."""

    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class DatabaseAway:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, OperationalError):
            return JsonResponse({"error": type(error).__name__}, status=503)
        return None


def identity(request):
    with Session() as session:
        return JsonResponse(list(session.execute(text(IDENTITY_SQL)).one()), safe=False)


def orders(request):
    if request.method == "POST":
        with Session.begin() as session:
            session.add(Order(code=json.loads(request.body)["code"]))
        return JsonResponse({}, status=201)
    with Session() as session:
        return JsonResponse(session.scalars(select(Order.code).order_by(Order.id)).all(), safe=False)


def fail_half_way(request):
    with Session.begin() as session:
        session.add(Order(code=json.loads(request.body)["code"]))
        session.flush()
        raise RuntimeError("half way")


def isolation(request, value):
    with Session() as session:
        session.execute(select(func.set_config("app.value", value, True)))
        session.execute(select(func.pg_sleep(0.2)))
        return JsonResponse(session.scalar(select(func.current_setting("app.value"))), safe=False)


def slow(request):
    with Session() as session:
        session.execute(select(func.pg_sleep(0.3)))
    return JsonResponse({})


def document(request, number):
    with Session() as session:
        found = session.get_one(Document, number)
        row = {"doc": found.doc, "key": found.key, "price": found.price, "at": found.at}
    return JsonResponse(row, encoder=Exact)


def ledger(request):
    def lines():
        with Session() as session:
            rows = select(LedgerRow.id, LedgerRow.body).execution_options(yield_per=1000)
            for row in session.execute(rows):
                yield json.dumps(list(row)) + "\n"

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
