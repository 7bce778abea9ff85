from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = (("shop", "0001_customer"),)
    operations = (ops.AddField("Customer", "email", fields.CharField(max_length=120, null=True)),)
