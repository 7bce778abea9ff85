"""Orders kept with Django's ORM in async views. Transactions do not work in async mode, nor does
ATOMIC_REQUESTS: what needs one is a synchronous function under `atomic`, called through sync_to_async."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import islice

from asgiref.sync import markcoroutinefunction, sync_to_async
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection, transaction
from django.http import JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST

from runner.sessions import IDENTITY_SQL

from .models import Document, LedgerRow, Order


class Exact(DjangoJSONEncoder):
    """Django's own encoder cuts times to milliseconds."""

    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class DatabaseAway:
    async_capable = True
    sync_capable = False

    def __init__(self, get_response):
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request):
        return await self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, OperationalError):
            return JsonResponse({"error": type(error).__name__}, status=503)
        return None


@sync_to_async
def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


async def identity(request):
    return JsonResponse(await ask(IDENTITY_SQL), safe=False)


async def orders(request):
    if request.method == "POST":
        await Order.objects.acreate(code=json.loads(request.body)["code"])
        return JsonResponse({}, status=201)
    codes = [code async for code in Order.objects.order_by("id").values_list("code", flat=True)]
    return JsonResponse(codes, safe=False)


@sync_to_async
@transaction.atomic
def store_half(code):
    Order.objects.create(code=code)
    raise RuntimeError("half way")


@require_POST
async def fail_half_way(request):
    await store_half(json.loads(request.body)["code"])


@sync_to_async
@transaction.atomic
def set_and_read(value):
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.value', %s, true)", [value])
        cursor.execute("select pg_sleep(0.2)")
        cursor.execute("select current_setting('app.value')")
        return cursor.fetchone()[0]


async def isolation(request, value):
    return JsonResponse(await set_and_read(value), safe=False)


async def slow(request):
    await ask("select pg_sleep(0.3)")
    return JsonResponse({})


async def document(request, number):
    found = await Document.objects.values("doc", "key", "price", "at").aget(pk=number)
    return JsonResponse(found, encoder=Exact)


def ledger_rows():
    with transaction.atomic():  # without a transaction the cursor is WITH HOLD and reads everything first
        yield from LedgerRow.objects.values_list("id", "body").iterator(chunk_size=1000)


async def ledger(request):
    rows = ledger_rows()

    @sync_to_async
    def more():
        return "".join(json.dumps(row) + "\n" for row in islice(rows, 1000))

    async def lines():
        while batch := await more():
            yield batch

    return StreamingHttpResponse(lines(), content_type="application/x-ndjson")
