"""A transaction around each test. FlaskDB's handlers would open a second connection for the request, so the
test keeps the request's own open instead."""

from __future__ import annotations

import pytest
from app import app, db, flask_db


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setitem(app.before_request_funcs, None, [])
    monkeypatch.setitem(app.teardown_request_funcs, None, [])
    with db.connection_context(), db.atomic() as transaction:
        yield app.test_client()
        transaction.rollback()


@pytest.mark.parametrize("attempt", [1, 2])
def test_order(client, attempt):
    assert flask_db.database is db
    assert client.post("/orders", json={"code": "unique"}).status_code == 201
    assert client.get("/orders").json == ["unique"]
