from __future__ import annotations

from alembic import context
from flask import current_app

with current_app.extensions["migrate"].db.engine.connect() as connection:
    context.configure(connection=connection, **current_app.extensions["migrate"].configure_args)
    with context.begin_transaction():
        context.run_migrations()
