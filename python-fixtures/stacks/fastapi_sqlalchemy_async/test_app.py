"""FastAPI's dependency overrides and its documented client for asynchronous tests, with a session that joins
a transaction of the test's own."""

import pytest
from app import app, engine, get_session
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(anyio_backend):
    async with engine.connect() as connection:
        transaction = await connection.begin()

        async def joined():
            async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
                yield session

        app.dependency_overrides[get_session] = joined
        async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
            yield client
        await transaction.rollback()
    await engine.dispose()


@pytest.mark.anyio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_order(client, attempt):
    assert (await client.post("/orders", json={"code": "unique"})).status_code == 201
    assert (await client.get("/orders")).json() == ["unique"]
