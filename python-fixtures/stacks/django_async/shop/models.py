from __future__ import annotations

from django.db import models


class Order(models.Model):
    code = models.CharField(max_length=40, unique=True)

    class Meta:
        db_table = "orders"
        managed = False  # the table is there already


class Document(models.Model):
    doc = models.JSONField()
    key = models.UUIDField()
    price = models.DecimalField(max_digits=30, decimal_places=10)
    at = models.DateTimeField()

    class Meta:
        db_table = "document"
        managed = False


class LedgerRow(models.Model):
    body = models.TextField()

    class Meta:
        db_table = "ledger_rows"
        managed = False


class Customer(models.Model):
    name = models.CharField(max_length=80)
    email = models.CharField(max_length=120, null=True)

    class Meta:
        db_table = "customer"
