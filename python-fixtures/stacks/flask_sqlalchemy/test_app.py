"""The engine is replaced by a connection whose transaction is rolled back: SQLAlchemy's "Joining a Session
into an External Transaction (such as for test suites)"."""

from __future__ import annotations

import pytest
from app import app, db


@pytest.fixture
def client(monkeypatch):
    with app.app_context():
        engines = db.engines
        with engines[None].connect() as connection:
            transaction = connection.begin()
            monkeypatch.setitem(engines, None, connection)
            yield app.test_client()
            transaction.rollback()


@pytest.mark.parametrize("attempt", [1, 2])
def test_order(client, attempt):
    assert client.post("/orders", json={"code": "unique"}).status_code == 201
    assert client.get("/orders").json == ["unique"]
