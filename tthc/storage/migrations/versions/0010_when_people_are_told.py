"""Tell urgent deliveries from those of a digest, and find what one person was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "deliveries", sa.Column("is_urgent", sa.Boolean(), server_default="false", nullable=False)
    )
    op.alter_column("deliveries", "is_urgent", server_default=None)
    op.create_index(
        "ix_deliveries_planned",
        "deliveries",
        ["user_id"],
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_deliveries_told",
        "deliveries",
        ["user_id", "sent_at"],
        postgresql_where=sa.text("sent_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_told", table_name="deliveries")
    op.drop_index("ix_deliveries_planned", table_name="deliveries")
    op.drop_column("deliveries", "is_urgent")
