"""Orders kept with Piccolo: the pool opens and closes with the application, as `piccolo asgi new` writes it,
and each view that writes has a transaction of its own."""

import json
from typing import Any

from asyncpg import PostgresConnectionError
from litestar import Litestar, Response, get, post
from litestar.response import Stream
from piccolo.engine import engine_finder
from piccolo_conf import DB
from shop.tables import Document, LedgerRow, Order

from runner.sessions import IDENTITY_SQL


@get("/identity")
async def identity() -> list[Any]:
    # Rows are dicts by name, so that every column needs a name of its own.
    (row,) = await Order.raw("select * from (%s) as identity (version, run_id, nonce, pid)" % IDENTITY_SQL)
    return list(row.values())


@get("/orders")
async def orders() -> list[str]:
    return await Order.select(Order.code).order_by(Order.id).output(as_list=True)


@post("/orders")
async def create_order(data: dict[str, str]) -> None:
    async with DB.transaction():
        await Order(code=data["code"]).save()


@post("/orders/failing")
async def fail_half_way(data: dict[str, str]) -> None:
    async with DB.transaction():
        await Order(code=data["code"]).save()
        raise RuntimeError("half way")


@get("/isolation/{value:str}")
async def isolation(value: str) -> str:
    async with DB.transaction():
        await Order.raw("select set_config('app.value', {}, true)", value)
        await Order.raw("select pg_sleep(0.2)")
        (row,) = await Order.raw("select current_setting('app.value') as value")
    return json.dumps(row["value"])


@get("/slow")
async def slow() -> dict[str, str]:
    await Order.raw("select pg_sleep(0.3)")
    return {}


@get("/documents/{number:int}")
async def document(number: int) -> dict[str, Any]:
    columns = (Document.doc, Document.key, Document.price, Document.at)
    found = Document.select(*columns).where(Document.id == number)
    return await found.output(load_json=True).first()


@get("/ledger")
async def ledger() -> Stream:
    async def lines():
        async with await LedgerRow.select().batch(batch_size=1000) as batch:
            async for rows in batch:
                for row in rows:
                    yield json.dumps([row["id"], row["body"]]) + "\n"

    return Stream(lines(), media_type="application/x-ndjson")


def unreachable(request: Any, error: Exception) -> Response[dict[str, str]]:
    return Response({"error": type(error).__name__}, status_code=503)


async def open_database_connection_pool() -> None:
    # Opens its first connection for the first request, so that the application comes up without a database.
    await engine_finder().start_connection_pool(min_size=0, max_size=4)


async def close_database_connection_pool() -> None:
    await engine_finder().close_connection_pool()


app = Litestar(
    [identity, orders, create_order, fail_half_way, isolation, slow, document, ledger],
    exception_handlers={OSError: unreachable, PostgresConnectionError: unreachable},
    on_startup=[open_database_connection_pool],
    on_shutdown=[close_database_connection_pool],
)
