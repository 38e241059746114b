"""Keep how often a dossier's look-up secret was replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "look_up_issues",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_look_up_issues_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_look_up_issues_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "number", name=op.f("pk_look_up_issues")),
    )


def downgrade() -> None:
    op.drop_table("look_up_issues")
