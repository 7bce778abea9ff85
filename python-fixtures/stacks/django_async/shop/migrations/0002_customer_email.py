from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("shop", "0001_customer"),)
    operations = (migrations.AddField("customer", "email", models.CharField(max_length=120, null=True)),)
