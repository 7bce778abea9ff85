from __future__ import annotations

from django.test import TestCase


class Orders(TestCase):
    def order(self):
        answer = self.client.post("/orders", {"code": "unique"}, content_type="application/json")
        self.assertEqual(answer.status_code, 201)
        self.assertEqual(self.client.get("/orders").json(), ["unique"])

    def test_first(self):
        self.order()

    def test_second(self):
        self.order()
