from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("customer", sa.Column("email", sa.String(120)))


def downgrade() -> None:
    op.drop_column("customer", "email")
