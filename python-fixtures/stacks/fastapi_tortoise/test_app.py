"""FastAPI's documented client for asynchronous tests, in a transaction of the test's own: those of the
application become savepoints in it."""

import pytest
from app import app
from httpx import ASGITransport, AsyncClient
from settings import TORTOISE_ORM
from tortoise.contrib.fastapi import RegisterTortoise
from tortoise.transactions import in_transaction


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(anyio_backend):
    async with RegisterTortoise(app, config=TORTOISE_ORM), in_transaction() as transaction:
        async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
            yield client
        await transaction.rollback()


@pytest.mark.anyio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_order(client, attempt):
    assert (await client.post("/orders", json={"code": "unique"})).status_code == 201
    assert (await client.get("/orders")).json() == ["unique"]
