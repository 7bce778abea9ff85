"""FastAPI's dependency overrides, with a session that joins a transaction of the test's own."""

import pytest
from app import app, engine, get_session
from fastapi.testclient import TestClient
from sqlmodel import Session


@pytest.fixture
def client():
    with engine.connect() as connection:
        transaction = connection.begin()

        def joined():
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                yield session

        app.dependency_overrides[get_session] = joined
        yield TestClient(app)
        transaction.rollback()


@pytest.mark.parametrize("attempt", [1, 2])
def test_order(client, attempt):
    assert client.post("/orders", json={"code": "unique"}).status_code == 201
    assert client.get("/orders").json() == ["unique"]
