"""SQLAlchemy's "Joining a Session into an External Transaction (such as for test suites)"."""

from __future__ import annotations

import app
import pytest


@pytest.fixture
def rolled_back():
    with app.engine.connect() as connection:
        transaction = connection.begin()
        app.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
        yield
        transaction.rollback()


@pytest.mark.parametrize("attempt", [1, 2])
def test_order(rolled_back, attempt):
    app.create_order({"code": "unique"})
    assert app.orders(None) == ["unique"]
