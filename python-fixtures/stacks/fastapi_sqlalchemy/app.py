"""Orders kept with SQLAlchemy in plain views: a dependency with `yield` has a session for each request."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import DateTime, Numeric, String, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

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
make_session = sessionmaker(engine)


def get_session():
    with make_session() as session:
        yield session


InSession = Annotated[Session, Depends(get_session)]


class NewOrder(BaseModel):
    code: str


class DocumentOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    doc: Any
    key: UUID
    price: Decimal
    at: datetime


app = FastAPI()


@app.exception_handler(OperationalError)
def unreachable(request, error):
    return JSONResponse({"error": type(error).__name__}, 503)


@app.get("/identity")
def identity(session: InSession):
    return list(session.execute(text(IDENTITY_SQL)).one())


@app.get("/orders")
def orders(session: InSession):
    return session.scalars(select(Order.code).order_by(Order.id)).all()


@app.post("/orders", status_code=201)
def create_order(order: NewOrder, session: InSession):
    session.add(Order(code=order.code))
    session.commit()


@app.post("/orders/failing")
def fail_half_way(order: NewOrder, session: InSession):
    session.add(Order(code=order.code))
    session.flush()
    raise RuntimeError("half way")


@app.get("/isolation/{value}")
def isolation(value: str, session: InSession):
    session.execute(select(func.set_config("app.value", value, True)))
    session.execute(select(func.pg_sleep(0.2)))
    return session.scalar(select(func.current_setting("app.value")))


@app.get("/slow")
def slow(session: InSession):
    session.execute(select(func.pg_sleep(0.3)))


@app.get("/documents/{number}")
def document(number: int, session: InSession) -> DocumentOut:
    return session.get_one(Document, number)


@app.get("/ledger")
def ledger(session: InSession):
    def lines():
        rows = select(LedgerRow.id, LedgerRow.body).execution_options(yield_per=1000)
        for row in session.execute(rows):
            yield json.dumps(list(row)) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
