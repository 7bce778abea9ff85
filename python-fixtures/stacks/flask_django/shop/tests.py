from __future__ import annotations

from app import app
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import TestCase


class Orders(TestCase):
    def setUp(self):
        """As Django's own test client does: the test's connection must outlive its requests."""
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)

    def order(self):
        client = app.test_client()
        self.assertEqual(client.post("/orders", json={"code": "unique"}).status_code, 201)
        self.assertEqual(client.get("/orders").json, ["unique"])

    def test_first(self):
        self.order()

    def test_second(self):
        self.order()
