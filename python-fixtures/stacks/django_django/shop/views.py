"""Orders kept with Django's ORM: ATOMIC_REQUESTS puts each request into a transaction."""

from __future__ import annotations

import json
from datetime import datetime

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
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, OperationalError):
            return JsonResponse({"error": type(error).__name__}, status=503)
        return None


def identity(request):
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY_SQL)
        return JsonResponse(cursor.fetchone(), safe=False)


def orders(request):
    if request.method == "POST":
        Order.objects.create(code=json.loads(request.body)["code"])
        return JsonResponse({}, status=201)
    return JsonResponse(list(Order.objects.order_by("id").values_list("code", flat=True)), safe=False)


@require_POST
def fail_half_way(request):
    Order.objects.create(code=json.loads(request.body)["code"])
    raise RuntimeError("half way")


def isolation(request, value):
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.value', %s, true)", [value])
        cursor.execute("select pg_sleep(0.2)")
        cursor.execute("select current_setting('app.value')")
        return JsonResponse(cursor.fetchone()[0], safe=False)


def slow(request):
    with connection.cursor() as cursor:
        cursor.execute("select pg_sleep(0.3)")
    return JsonResponse({})


def document(request, number):
    found = Document.objects.values("doc", "key", "price", "at").get(pk=number)
    return JsonResponse(found, encoder=Exact)


def ledger(request):
    def lines():
        with transaction.atomic():  # without a transaction the cursor is WITH HOLD and reads everything first
            for row in LedgerRow.objects.values_list("id", "body").iterator(chunk_size=1000):
                yield json.dumps(row) + "\n"

    return StreamingHttpResponse(lines(), content_type="application/x-ndjson")
