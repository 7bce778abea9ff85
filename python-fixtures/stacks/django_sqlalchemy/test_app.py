"""SQLAlchemy's "Joining a Session into an External Transaction (such as for test suites)"."""

from __future__ import annotations

import pytest
from app import Session, engine
from django.test import Client


@pytest.fixture
def client():
    with engine.connect() as connection:
        transaction = connection.begin()
        Session.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield Client()
        transaction.rollback()


@pytest.mark.parametrize("attempt", [1, 2])
def test_order(client, attempt):
    answer = client.post("/orders", {"code": "unique"}, content_type="application/json")
    assert answer.status_code == 201
    assert client.get("/orders").json() == ["unique"]
