"""Orders kept with aiopg: a pool as long-lived as the application, and a cursor in each view."""

import json
import sys

import aiopg
import psycopg2
from aiohttp import web

from runner.sessions import IDENTITY_SQL

routes = web.RouteTableDef()
POOL = web.AppKey("pool", aiopg.Pool)


async def database(app):
    # Opens its first connection for the first request, so that the application comes up without a database.
    async with aiopg.create_pool("", minsize=0, maxsize=4, timeout=2) as pool:
        app[POOL] = pool
        yield


@web.middleware
async def unreachable(request, handler):
    try:
        return await handler(request)
    except psycopg2.OperationalError as error:
        return web.json_response({"error": type(error).__name__}, status=503)


@routes.get("/identity")
async def identity(request):
    with await request.app[POOL].cursor() as cursor:
        await cursor.execute(IDENTITY_SQL)
        return web.json_response(await cursor.fetchone())


@routes.get("/orders")
async def orders(request):
    with await request.app[POOL].cursor() as cursor:
        await cursor.execute("select code from orders order by id")
        return web.json_response([code for (code,) in await cursor.fetchall()])


async def store(cursor, request):
    await cursor.execute("insert into orders (code) values (%s)", [(await request.json())["code"]])


@routes.post("/orders")
async def create_order(request):
    with await request.app[POOL].cursor() as cursor:
        async with cursor.begin():
            await store(cursor, request)
    return web.json_response({}, status=201)


@routes.post("/orders/failing")
async def fail_half_way(request):
    with await request.app[POOL].cursor() as cursor:
        async with cursor.begin():
            await store(cursor, request)
            raise RuntimeError("half way")


@routes.get("/isolation/{value}")
async def isolation(request):
    with await request.app[POOL].cursor() as cursor:
        async with cursor.begin():
            await cursor.execute("select set_config('app.value', %s, true)", [request.match_info["value"]])
            await cursor.execute("select pg_sleep(0.2)")
            await cursor.execute("select current_setting('app.value')")
            return web.json_response((await cursor.fetchone())[0])


@routes.get("/slow")
async def slow(request):
    with await request.app[POOL].cursor() as cursor:
        await cursor.execute("select pg_sleep(0.3)")
    return web.json_response({})


def plain(value):
    """What json.dumps does not know by itself."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@routes.get("/documents/{number}")
async def document(request):
    with await request.app[POOL].cursor() as cursor:
        number = int(request.match_info["number"])
        await cursor.execute("select doc, key, price, at from document where id = %s", [number])
        row = await cursor.fetchone()
    return web.json_response(text=json.dumps(dict(zip(("doc", "key", "price", "at"), row)), default=plain))


@routes.get("/ledger")
async def ledger(request):
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    with await request.app[POOL].cursor() as cursor:
        async with cursor.begin():  # asynchronous psycopg2 has no named cursors: SQL's own
            await cursor.execute("declare ledger cursor for select id, body from ledger_rows")
            while True:
                await cursor.execute("fetch 1000 from ledger")
                rows = await cursor.fetchall()
                if not rows:
                    return response
                await response.write(b"".join(json.dumps(row).encode() + b"\n" for row in rows))


def make_app(database=database):
    app = web.Application(middlewares=[unreachable])
    app.cleanup_ctx.append(database)
    app.add_routes(routes)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
