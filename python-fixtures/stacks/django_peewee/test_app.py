"""A transaction around each test; the middleware, which would open a connection of its own, is left out."""

from __future__ import annotations

import pytest
from app import db
from django.test import Client, override_settings


@pytest.fixture
def client():
    with override_settings(MIDDLEWARE=[]), db.connection_context(), db.atomic() as transaction:
        yield Client()
        transaction.rollback()


@pytest.mark.parametrize("attempt", [1, 2])
def test_order(client, attempt):
    answer = client.post("/orders", {"code": "unique"}, content_type="application/json")
    assert answer.status_code == 201
    assert client.get("/orders").json() == ["unique"]
