from __future__ import annotations

from peewee import CharField


def up(migrator, db):
    migrator.migrate(migrator.add_column("customer", "email", CharField(max_length=120, null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("customer", "email"))
