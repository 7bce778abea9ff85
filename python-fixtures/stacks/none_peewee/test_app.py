"""A transaction around each test; the views' own become savepoints of it."""

from __future__ import annotations

import app
import pytest


@pytest.fixture
def rolled_back(monkeypatch):
    with app.db.connection_context(), app.db.atomic() as transaction:
        yield
        transaction.rollback()


@pytest.mark.parametrize("attempt", [1, 2])
def test_order(rolled_back, attempt):
    app.Order.create(code="unique")
    assert [order.code for order in app.Order.select()] == ["unique"]
