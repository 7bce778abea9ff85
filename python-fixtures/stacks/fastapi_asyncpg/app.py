"""Orders kept with asyncpg: the lifespan has the pool, and a dependency has a connection in a transaction for
each request."""

import json
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from runner.sessions import IDENTITY_SQL


async def decode_json(connection):
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def lifespan(app):
    # Opens its first connection for the first request, so that the application comes up without a database.
    async with asyncpg.create_pool(min_size=0, max_size=4, timeout=2, init=decode_json) as pool:
        app.state.pool = pool
        yield


async def get_connection(request: Request):
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        yield connection


# Of the scope "function": the transaction is committed before the answer goes out.
InTransaction = Annotated[asyncpg.Connection, Depends(get_connection, scope="function")]
# Of the scope "request", the default: the transaction lasts until the last line has gone out.
WhileStreaming = Annotated[asyncpg.Connection, Depends(get_connection)]


class NewOrder(BaseModel):
    code: str


class DocumentOut(BaseModel):
    doc: Any
    key: UUID
    price: Decimal
    at: datetime


app = FastAPI(lifespan=lifespan)


@app.exception_handler(OSError)
@app.exception_handler(asyncpg.PostgresConnectionError)
async def unreachable(request, error):
    return JSONResponse({"error": type(error).__name__}, 503)


@app.get("/identity")
async def identity(connection: InTransaction):
    return list(await connection.fetchrow(IDENTITY_SQL))


@app.get("/orders")
async def orders(connection: InTransaction):
    return [code for (code,) in await connection.fetch("select code from orders order by id")]


@app.post("/orders", status_code=201)
async def create_order(order: NewOrder, connection: InTransaction):
    await connection.execute("insert into orders (code) values ($1)", order.code)


@app.post("/orders/failing")
async def fail_half_way(order: NewOrder, connection: InTransaction):
    await connection.execute("insert into orders (code) values ($1)", order.code)
    raise RuntimeError("half way")


@app.get("/isolation/{value}")
async def isolation(value: str, connection: InTransaction):
    await connection.execute("select set_config('app.value', $1, true)", value)
    await connection.execute("select pg_sleep(0.2)")
    return await connection.fetchval("select current_setting('app.value')")


@app.get("/slow")
async def slow(connection: InTransaction):
    await connection.execute("select pg_sleep(0.3)")


@app.get("/documents/{number}")
async def document(number: int, connection: InTransaction) -> DocumentOut:
    row = await connection.fetchrow("select doc, key, price, at from document where id = $1", number)
    return DocumentOut(**row)


@app.get("/ledger")
async def ledger(connection: WhileStreaming):
    async def lines():
        async for row in connection.cursor("select id, body from ledger_rows", prefetch=1000):
            yield json.dumps(list(row)) + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")
