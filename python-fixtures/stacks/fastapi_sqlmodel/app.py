"""Orders kept with SQLModel, as FastAPI's tutorial has it: its models are what views take and return, and a
dependency with `yield` has a session for each request."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlmodel import Field, Session, SQLModel, create_engine, func, select, text

from runner.sessions import IDENTITY_SQL


class OrderBase(SQLModel):
    code: str = Field(max_length=40, unique=True)


class Order(OrderBase, table=True):
    __tablename__ = "orders"
    id: int | None = Field(default=None, primary_key=True)


class OrderCreate(OrderBase):
    pass


class DocumentBase(SQLModel):
    doc: Any = Field(sa_type=JSONB)
    key: UUID
    price: Decimal = Field(max_digits=30, decimal_places=10)
    at: datetime


class Document(DocumentBase, table=True):
    id: int | None = Field(default=None, primary_key=True)


class DocumentPublic(DocumentBase):
    pass


class LedgerRow(SQLModel, table=True):
    __tablename__ = "ledger_rows"
    id: int | None = Field(default=None, primary_key=True)
    body: str


engine = create_engine(
    "postgresql+psycopg://",  # libpq's variables say the rest
    pool_size=4,
    max_overflow=0,
    pool_pre_ping=True,
    connect_args={"connect_timeout": 2},
)


def get_session():
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]

app = FastAPI()


@app.exception_handler(OperationalError)
def unreachable(request, error):
    return JSONResponse({"error": type(error).__name__}, 503)


@app.get("/identity")
def identity(session: SessionDep):
    return list(session.exec(text(IDENTITY_SQL)).one())


@app.get("/orders")
def orders(session: SessionDep):
    return session.exec(select(Order.code).order_by(Order.id)).all()


@app.post("/orders", status_code=201)
def create_order(order: OrderCreate, session: SessionDep):
    session.add(Order.model_validate(order))
    session.commit()


@app.post("/orders/failing")
def fail_half_way(order: OrderCreate, session: SessionDep):
    session.add(Order.model_validate(order))
    session.flush()
    raise RuntimeError("half way")


@app.get("/isolation/{value}")
def isolation(value: str, session: SessionDep):
    session.exec(select(func.set_config("app.value", value, True)))
    session.exec(select(func.pg_sleep(0.2)))
    return session.exec(select(func.current_setting("app.value"))).one()


@app.get("/slow")
def slow(session: SessionDep):
    session.exec(select(func.pg_sleep(0.3)))


@app.get("/documents/{number}", response_model=DocumentPublic)
def document(number: int, session: SessionDep):
    found = session.get(Document, number)
    if not found:
        raise HTTPException(404)
    return found


@app.get("/ledger")
def ledger(session: SessionDep):
    def lines():
        rows = select(LedgerRow.id, LedgerRow.body).execution_options(yield_per=1000)
        for row in session.exec(rows):
            yield json.dumps(list(row)) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
