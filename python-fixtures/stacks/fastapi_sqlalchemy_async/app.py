"""Orders kept with SQLAlchemy's asyncio extension: a dependency has a session for each request."""

import json
import os
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict
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


async def get_session():
    async with make_session() as session:
        yield session


InSession = Annotated[AsyncSession, Depends(get_session)]


class NewOrder(BaseModel):
    code: str


class DocumentOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    doc: Any
    key: UUID
    price: Decimal
    at: datetime


app = FastAPI()


@app.exception_handler(OSError)  # SQLAlchemy lets asyncpg's own error of a refused connection through
@app.exception_handler(DBAPIError)
async def unreachable(request, error):
    return JSONResponse({"error": type(error).__name__}, 503)


@app.get("/identity")
async def identity(session: InSession):
    return list((await session.execute(text(IDENTITY_SQL))).one())


@app.get("/orders")
async def orders(session: InSession):
    return (await session.scalars(select(Order.code).order_by(Order.id))).all()


@app.post("/orders", status_code=201)
async def create_order(order: NewOrder, session: InSession):
    session.add(Order(code=order.code))
    await session.commit()


@app.post("/orders/failing")
async def fail_half_way(order: NewOrder, session: InSession):
    session.add(Order(code=order.code))
    await session.flush()
    raise RuntimeError("half way")


@app.get("/isolation/{value}")
async def isolation(value: str, session: InSession):
    await session.execute(select(func.set_config("app.value", value, True)))
    await session.execute(select(func.pg_sleep(0.2)))
    return await session.scalar(select(func.current_setting("app.value")))


@app.get("/slow")
async def slow(session: InSession):
    await session.execute(select(func.pg_sleep(0.3)))


@app.get("/documents/{number}")
async def document(number: int, session: InSession) -> DocumentOut:
    return await session.get_one(Document, number)


@app.get("/ledger")
async def ledger(session: InSession):
    async def lines():
        rows = select(LedgerRow.id, LedgerRow.body).execution_options(yield_per=1000)
        async for row in await session.stream(rows):
            yield json.dumps(list(row)) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
