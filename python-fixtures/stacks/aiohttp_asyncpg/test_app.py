"""A pool of one connection, whose transaction is rolled back after the test; transactions of the views
become savepoints of it."""

from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from app import POOL, make_app


class OneConnection:
    def __init__(self, connection):
        self.connection = connection
        self.fetch = connection.fetch

    @asynccontextmanager
    async def acquire(self):
        yield self.connection


async def rolled_back(app):
    connection = await asyncpg.connect()
    transaction = connection.transaction()
    await transaction.start()
    app[POOL] = OneConnection(connection)
    yield
    await transaction.rollback()
    await connection.close()


@pytest_asyncio.fixture
async def client():
    async with TestClient(TestServer(make_app(rolled_back))) as client:
        yield client


@pytest.mark.asyncio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_order(client, attempt):
    assert (await client.post("/orders", json={"code": "unique"})).status == 201
    assert await (await client.get("/orders")).json() == ["unique"]
