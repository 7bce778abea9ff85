"""FastAPI's dependency overrides, with a connection whose transaction is rolled back after the test."""

import asyncpg
import pytest
from app import app, get_connection
from httpx import ASGITransport, AsyncClient


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(anyio_backend):
    connection = await asyncpg.connect()
    transaction = connection.transaction()
    await transaction.start()

    async def joined():
        async with connection.transaction():  # a savepoint of the test's transaction
            yield connection

    app.dependency_overrides[get_connection] = joined
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        yield client
    await transaction.rollback()
    await connection.close()


@pytest.mark.anyio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_order(client, attempt):
    assert (await client.post("/orders", json={"code": "unique"})).status_code == 201
    assert (await client.get("/orders")).json() == ["unique"]
