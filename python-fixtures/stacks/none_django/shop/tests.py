from __future__ import annotations

import app
from django.test import TestCase


class Orders(TestCase):
    def order(self):
        app.create_order({"code": "unique"})
        self.assertEqual(app.orders(None), ["unique"])

    def test_first(self):
        self.order()

    def test_second(self):
        self.order()
