"""Keep figures that people report, with every correction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEEP = """
CREATE FUNCTION refuse_to_change_a_reported_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a reported figure is corrected by another row';
END $$
"""
TRIGGER = """
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON reported_figures
FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_reported_figure()
"""


def upgrade() -> None:
    op.create_table(
        "reported_figures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("figure", sa.String(length=60), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "until_on > since_on", name=op.f("ck_reported_figures_ends_after_beginning")
        ),
        sa.CheckConstraint(
            "(number = 0) = (reason IS NULL)",
            name=op.f("ck_reported_figures_corrected_for_a_reason"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(numerator, denominator) <> 1 AND numerator >= 0"
            " AND numerator <= denominator",
            name=op.f("ck_reported_figures_counts_are_a_fraction"),
        ),
        sa.CheckConstraint(
            "number > 0 OR numerator IS NOT NULL",
            name=op.f("ck_reported_figures_first_one_has_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_reported_figures_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_figures")),
        sa.UniqueConstraint(
            *("figure", "unit_code", "since_on", "until_on", "number"),
            name=op.f("uq_reported_figures_figure_unit_code_since_on_until_on_number"),
        ),
    )
    op.execute(KEEP)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.drop_table("reported_figures")
    op.execute("DROP FUNCTION refuse_to_change_a_reported_figure()")
