"""Keep how content citizens were with the dealing of their dossiers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "satisfaction_ratings"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("is_satisfied", sa.Boolean(), nullable=False),
        sa.Column("grievances", sa.ARRAY(sa.String(length=32)), nullable=False),
        sa.CheckConstraint(
            "cardinality(grievances) = 0 OR NOT is_satisfied",
            name=op.f("ck_satisfaction_ratings_reasons_with_a_no"),
        ),
        sa.CheckConstraint(
            "grievances <@ ARRAY['late', 'unclear', 'papers_again', 'papers_beyond', 'attitude',"
            " 'cost', 'other']::varchar[]",
            name=op.f("ck_satisfaction_ratings_known_reasons"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossiers.id"],
            name=op.f("fk_satisfaction_ratings_dossier_id_dossiers"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_satisfaction_ratings_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_satisfaction_ratings")),
    )
    op.create_index("ix_satisfaction_ratings_rated_on", TABLE, ["rated_on", "unit_code"])


def downgrade() -> None:
    op.drop_table(TABLE)
