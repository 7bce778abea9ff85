"""SQLAlchemy's "Joining a Session into an External Transaction (such as for test suites)"."""

import pytest
from app import app, engine, make_session
from httpx import ASGITransport, AsyncClient


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(anyio_backend):
    async with engine.connect() as connection:
        transaction = await connection.begin()
        make_session.configure(bind=connection, join_transaction_mode="create_savepoint")
        async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
            yield client
        await transaction.rollback()
    await engine.dispose()


@pytest.mark.anyio
@pytest.mark.parametrize("attempt", [1, 2])
async def test_order(client, attempt):
    assert (await client.post("/orders", json={"code": "unique"})).status_code == 201
    assert (await client.get("/orders")).json() == ["unique"]
