"""Count look-ups that found nothing, so that guessing is slowed down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "look_up_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("prefix", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_up_failures")),
    )
    op.create_index("ix_look_up_failures_prefix_at", "look_up_failures", ["prefix", "at"])
    op.create_index("ix_look_up_failures_address_at", "look_up_failures", ["address", "at"])
    op.create_index("ix_look_up_failures_at", "look_up_failures", ["at"])


def downgrade() -> None:
    op.drop_table("look_up_failures")
