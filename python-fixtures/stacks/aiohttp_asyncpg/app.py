"""Orders kept with asyncpg: a pool as long-lived as the application, and a connection in each view."""

import json
import sys

import asyncpg
from aiohttp import web

from runner.sessions import IDENTITY_SQL

routes = web.RouteTableDef()
POOL = web.AppKey("pool", asyncpg.Pool)


async def database(app):
    # Opens its first connection for the first request, so that the application comes up without a database.
    async with asyncpg.create_pool(min_size=0, max_size=4, timeout=2) as pool:
        app[POOL] = pool
        yield


@web.middleware
async def unreachable(request, handler):
    try:
        return await handler(request)
    except (OSError, asyncpg.PostgresConnectionError) as error:
        return web.json_response({"error": type(error).__name__}, status=503)


@routes.get("/identity")
async def identity(request):
    return web.json_response(list(await request.app[POOL].fetchrow(IDENTITY_SQL)))


@routes.get("/orders")
async def orders(request):
    rows = await request.app[POOL].fetch("select code from orders order by id")
    return web.json_response([code for (code,) in rows])


async def store(connection, request):
    await connection.execute("insert into orders (code) values ($1)", (await request.json())["code"])


@routes.post("/orders")
async def create_order(request):
    async with request.app[POOL].acquire() as connection, connection.transaction():
        await store(connection, request)
    return web.json_response({}, status=201)


@routes.post("/orders/failing")
async def fail_half_way(request):
    async with request.app[POOL].acquire() as connection, connection.transaction():
        await store(connection, request)
        raise RuntimeError("half way")


@routes.get("/isolation/{value}")
async def isolation(request):
    async with request.app[POOL].acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.value', $1, true)", request.match_info["value"])
        await connection.execute("select pg_sleep(0.2)")
        return web.json_response(await connection.fetchval("select current_setting('app.value')"))


@routes.get("/slow")
async def slow(request):
    await request.app[POOL].execute("select pg_sleep(0.3)")
    return web.json_response({})


def plain(value):
    """What json.dumps does not know by itself."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@routes.get("/documents/{number}")
async def document(request):
    row = await request.app[POOL].fetchrow(
        "select doc, key, price, at from document where id = $1", int(request.match_info["number"])
    )
    found = {**row, "doc": json.loads(row["doc"])}
    return web.json_response(text=json.dumps(found, default=plain))


@routes.get("/ledger")
async def ledger(request):
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    async with request.app[POOL].acquire() as connection, connection.transaction():
        async for row in connection.cursor("select id, body from ledger_rows", prefetch=1000):
            await response.write(json.dumps(list(row)).encode() + b"\n")
    return response


def make_app(database=database):
    app = web.Application(middlewares=[unreachable])
    app.cleanup_ctx.append(database)
    app.add_routes(routes)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
