from __future__ import annotations

from django.test import TestCase


class Orders(TestCase):
    async def order(self):
        order = {"code": "unique"}
        answer = await self.async_client.post("/orders", order, content_type="application/json")
        self.assertEqual(answer.status_code, 201)
        self.assertEqual((await self.async_client.get("/orders")).json(), ["unique"])

    async def test_first(self):
        await self.order()

    async def test_second(self):
        await self.order()
