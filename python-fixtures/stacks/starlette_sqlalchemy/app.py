"""Orders kept with SQLAlchemy's asyncio extension: each view begins a session, which ends its transaction."""

import json
import os
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import URL, DateTime, Numeric, String, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

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


engine = create_async_engine(
    URL.create(  # asyncpg knows libpq's variables; SQLAlchemy wants a name
        "postgresql+asyncpg",
        os.environ["PGUSER"],
        database=os.environ["PGDATABASE"],
        query={"host": os.environ["PGHOST"], "port": os.environ["PGPORT"]},
    ),
    pool_size=4,
    max_overflow=0,
    pool_pre_ping=True,
    connect_args={"timeout": 2},
)
make_session = async_sessionmaker(engine)


@asynccontextmanager
async def lifespan(app):
    yield
    await engine.dispose()


class ExactResponse(JSONResponse):
    """Starlette's own knows what json.dumps knows."""

    def render(self, content):
        def plain(value):
            return value.isoformat() if isinstance(value, datetime) else str(value)

        return json.dumps(content, default=plain).encode()


async def identity(request):
    async with make_session() as session:
        return JSONResponse(list((await session.execute(text(IDENTITY_SQL))).one()))


async def orders(request):
    async with make_session() as session:
        return JSONResponse(list(await session.scalars(select(Order.code).order_by(Order.id))))


async def create_order(request):
    order = await request.json()
    async with make_session.begin() as session:
        session.add(Order(code=order["code"]))
    return Response(status_code=201)


async def fail_half_way(request):
    order = await request.json()
    async with make_session.begin() as session:
        session.add(Order(code=order["code"]))
        await session.flush()
        raise RuntimeError("half way")


async def isolation(request):
    async with make_session() as session:
        await session.execute(select(func.set_config("app.value", request.path_params["value"], True)))
        await session.execute(select(func.pg_sleep(0.2)))
        return JSONResponse(await session.scalar(select(func.current_setting("app.value"))))


async def slow(request):
    async with make_session() as session:
        await session.execute(select(func.pg_sleep(0.3)))
    return JSONResponse({})


async def document(request):
    async with make_session() as session:
        found = await session.get_one(Document, request.path_params["number"])
    return ExactResponse({"doc": found.doc, "key": found.key, "price": found.price, "at": found.at})


async def ledger(request):
    async def lines():
        async with make_session() as session:
            rows = select(LedgerRow.id, LedgerRow.body).execution_options(yield_per=1000)
            async for row in await session.stream(rows):
                yield json.dumps(list(row)) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


async def unreachable(request, error):
    return JSONResponse({"error": type(error).__name__}, status_code=503)


app = Starlette(
    routes=[
        Route("/identity", identity),
        Route("/orders", orders),
        Route("/orders", create_order, methods=["POST"]),
        Route("/orders/failing", fail_half_way, methods=["POST"]),
        Route("/isolation/{value}", isolation),
        Route("/slow", slow),
        Route("/documents/{number:int}", document),
        Route("/ledger", ledger),
    ],
    # SQLAlchemy lets asyncpg's own error of a refused connection through
    exception_handlers={OSError: unreachable, DBAPIError: unreachable},
    lifespan=lifespan,
)
