from tortoise import fields
from tortoise.models import Model


class Order(Model):
    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40, unique=True)

    class Meta:
        table = "orders"


class Document(Model):
    id = fields.IntField(primary_key=True)
    doc = fields.JSONField()
    key = fields.UUIDField()
    price = fields.DecimalField(max_digits=30, decimal_places=10)
    at = fields.DatetimeField()

    class Meta:
        table = "document"


class Customer(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=120, null=True)

    class Meta:
        table = "customer"
