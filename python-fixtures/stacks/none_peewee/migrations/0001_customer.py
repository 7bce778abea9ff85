from __future__ import annotations

from peewee import CharField, Model


def up(migrator, db):
    class Customer(Model):
        name = CharField(max_length=80)

        class Meta:
            database = db

    db.create_tables([Customer])


def down(migrator, db):
    db.execute_sql("drop table customer")
