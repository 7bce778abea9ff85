"""Piccolo's AsyncTransactionTest: each test runs in a transaction, which is rolled back after it."""

from app import app
from httpx import ASGITransport, AsyncClient
from piccolo.testing.test_case import AsyncTransactionTest


class TestOrders(AsyncTransactionTest):
    async def order(self):
        async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
            answer = await client.post("/orders", json={"code": "unique"})
            self.assertEqual(answer.status_code, 201)
            self.assertEqual((await client.get("/orders")).json(), ["unique"])

    async def test_order(self):
        await self.order()

    async def test_order_again(self):
        await self.order()
