"""Orders kept with SQLAlchemy: Advanced Alchemy's plugin has a session for each request, and commits it when
the answer is a success."""

import json
import os
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from advanced_alchemy.extensions.litestar import SQLAlchemyAsyncConfig, SQLAlchemyInitPlugin
from litestar import Litestar, Response, get, post
from litestar.response import Stream
from sqlalchemy import URL, DateTime, Numeric, String, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
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


@get("/identity")
async def identity(db_session: AsyncSession) -> list[Any]:
    return list((await db_session.execute(text(IDENTITY_SQL))).one())


@get("/orders")
async def orders(db_session: AsyncSession) -> list[str]:
    return list(await db_session.scalars(select(Order.code).order_by(Order.id)))


@post("/orders")
async def create_order(db_session: AsyncSession, data: dict[str, str]) -> None:
    db_session.add(Order(code=data["code"]))


@post("/orders/failing")
async def fail_half_way(db_session: AsyncSession, data: dict[str, str]) -> None:
    db_session.add(Order(code=data["code"]))
    await db_session.flush()
    raise RuntimeError("half way")


@get("/isolation/{value:str}")
async def isolation(db_session: AsyncSession, value: str) -> str:
    await db_session.execute(select(func.set_config("app.value", value, True)))
    await db_session.execute(select(func.pg_sleep(0.2)))
    return json.dumps(await db_session.scalar(select(func.current_setting("app.value"))))


@get("/slow")
async def slow(db_session: AsyncSession) -> dict[str, str]:
    await db_session.execute(select(func.pg_sleep(0.3)))
    return {}


@get("/documents/{number:int}")
async def document(db_session: AsyncSession, number: int) -> dict[str, Any]:
    found = await db_session.get_one(Document, number)
    return {"doc": found.doc, "key": found.key, "price": found.price, "at": found.at}


@get("/ledger")
async def ledger() -> Stream:
    async def lines():
        async with make_session() as session:  # the plugin's is closed before the first line goes out
            rows = select(LedgerRow.id, LedgerRow.body).execution_options(yield_per=1000)
            async for row in await session.stream(rows):
                yield json.dumps(list(row)) + "\n"

    return Stream(lines(), media_type="application/x-ndjson")


def unreachable(request: Any, error: Exception) -> Response[dict[str, str]]:
    return Response({"error": type(error).__name__}, status_code=503)


config = SQLAlchemyAsyncConfig(
    engine_instance=engine, session_maker=make_session, before_send_handler="autocommit"
)
app = Litestar(
    [identity, orders, create_order, fail_half_way, isolation, slow, document, ledger],
    plugins=[SQLAlchemyInitPlugin(config)],
    # SQLAlchemy lets asyncpg's own error of a refused connection through
    exception_handlers={OSError: unreachable, DBAPIError: unreachable},
)
