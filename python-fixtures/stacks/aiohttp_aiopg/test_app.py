"""A pool of one connection, whose transaction is rolled back after the test; transactions of the views
become savepoints of it."""

from contextlib import asynccontextmanager

import aiopg
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from app import POOL, make_app


class OneConnection:
    def __init__(self, connection):
        self.connection = connection

    async def cursor(self):
        return Nested(await self.connection.cursor())


class Nested:
    """A cursor whose transactions are savepoints: aiopg's `begin_nested` counts for one cursor alone."""

    def __init__(self, cursor):
        self.cursor = cursor
        self.execute, self.fetchall = cursor.execute, cursor.fetchall

    @asynccontextmanager
    async def begin(self):
        await self.execute("savepoint view")
        try:
            yield
        except BaseException:
            await self.execute("rollback to view")
            raise
        await self.execute("release view")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cursor.close()


async def rolled_back(app):
    async with aiopg.connect("") as connection:
        async with connection.cursor() as cursor:
            await cursor.execute("begin")
        app[POOL] = OneConnection(connection)
        yield
        async with connection.cursor() as cursor:
            await cursor.execute("rollback")


@pytest_asyncio.fixture
async def client():
    async with TestClient(TestServer(make_app(rolled_back))) as client:
        yield client


@pytest.mark.asyncio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_order(client, attempt):
    assert (await client.post("/orders", json={"code": "unique"})).status == 201
    assert await (await client.get("/orders")).json() == ["unique"]
