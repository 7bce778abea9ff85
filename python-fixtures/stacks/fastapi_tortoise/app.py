"""Orders kept with Tortoise ORM: its integration opens and closes it with the application, and a dependency
of all views has a transaction for each request."""

import json
from contextlib import asynccontextmanager
from typing import Annotated

from asyncpg import PostgresConnectionError
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, StreamingResponse
from models import Document, Order
from settings import TORTOISE_ORM
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.contrib.fastapi import RegisterTortoise, tortoise_exception_handlers
from tortoise.contrib.pydantic import pydantic_model_creator
from tortoise.exceptions import DBConnectionError
from tortoise.transactions import in_transaction

from runner.sessions import IDENTITY_SQL

NewOrder = pydantic_model_creator(Order, name="NewOrder", include=("code",))
DocumentOut = pydantic_model_creator(Document, name="DocumentOut", exclude=("id",))


@asynccontextmanager
async def lifespan(app):
    async with RegisterTortoise(app, config=TORTOISE_ORM):
        yield


async def get_transaction():
    async with in_transaction() as connection:
        yield connection


# Of the scope "function": the transaction is committed before the answer goes out.
begin = Depends(get_transaction, scope="function")
InTransaction = Annotated[BaseDBAsyncClient, begin]

app = FastAPI(lifespan=lifespan, dependencies=[begin], exception_handlers=tortoise_exception_handlers())


@app.exception_handler(OSError)  # asyncpg's own, which Tortoise lets through
@app.exception_handler(PostgresConnectionError)
@app.exception_handler(DBConnectionError)
async def unreachable(request, error):
    return JSONResponse({"error": type(error).__name__}, 503)


@app.get("/identity")
async def identity(connection: InTransaction):
    _, rows = await connection.execute_query(IDENTITY_SQL)
    return list(rows[0].values())


@app.get("/orders")
async def orders():
    return await Order.all().order_by("id").values_list("code", flat=True)


@app.post("/orders", status_code=201)
async def create_order(order: NewOrder):
    await Order.create(**order.model_dump())


@app.post("/orders/failing")
async def fail_half_way(order: NewOrder):
    await Order.create(**order.model_dump())
    raise RuntimeError("half way")


@app.get("/isolation/{value}")
async def isolation(value: str, connection: InTransaction):
    await connection.execute_query("select set_config('app.value', $1, true)", [value])
    await connection.execute_query("select pg_sleep(0.2)")
    _, rows = await connection.execute_query("select current_setting('app.value') as value")
    return rows[0]["value"]


@app.get("/slow")
async def slow(connection: InTransaction):
    await connection.execute_query("select pg_sleep(0.3)")


@app.get("/documents/{number}")
async def document(number: int) -> DocumentOut:
    return await DocumentOut.from_queryset_single(Document.get(id=number))


@app.get("/ledger")
async def ledger():
    async def lines():  # `async for` over a queryset reads all rows first: a cursor of asyncpg's own
        async with in_transaction() as connection, connection.acquire_connection() as driver_connection:
            async for row in driver_connection.cursor("select id, body from ledger_rows", prefetch=1000):
                yield json.dumps(list(row)) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
