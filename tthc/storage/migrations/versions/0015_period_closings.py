"""Keep what was reported of a period, and every change told afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEPT = ("period_reports", "period_adjustments")
EACH = "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_what_was_reported()"
REFUSE = """
CREATE FUNCTION refuse_to_change_what_was_reported() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was reported is kept as it was';
END $$
"""


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "period_closings",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column(
            "status", choice("closingstatus", "proposed", "closed", "withdrawn"), nullable=False
        ),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("discords", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "until_on > since_on", name=op.f("ck_period_closings_ends_after_beginning")
        ),
        sa.CheckConstraint(
            "NOT is_doubtful OR (reason IS NOT NULL AND closed_by IS DISTINCT FROM proposed_by)",
            name=op.f("ck_period_closings_doubt_needs_reason_and_second_person"),
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_by IS NOT NULL AND closed_at IS NOT NULL)",
            name=op.f("ck_period_closings_closed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_period_closings_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_closings")),
    )
    op.create_index(
        "uq_period_closings_unit_code_since_on_until_on",
        "period_closings",
        ["unit_code", "since_on", "until_on"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )
    _create_reports()
    _create_adjustments()
    op.execute(REFUSE)
    for table in KEPT:
        op.execute(f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table} {EACH}")


def _create_reports() -> None:
    op.create_table(
        "period_reports",
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("calendar_revision", sa.Integer(), nullable=False),
        sa.Column("event_head", sa.BigInteger(), nullable=False),
        sa.Column("rules_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(number = 0) = (reason IS NULL)", name=op.f("ck_period_reports_restated_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["period_closings.id"],
            name=op.f("fk_period_reports_closing_id_period_closings"),
        ),
        sa.PrimaryKeyConstraint("closing_id", "number", name=op.f("pk_period_reports")),
    )


def _create_adjustments() -> None:
    op.create_table(
        "period_adjustments",
        sa.Column("closing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("change", choice("change", "added", "removed", "changed"), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(before, after) > 0", name=op.f("ck_period_adjustments_something_changed")
        ),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["period_closings.id"],
            name=op.f("fk_period_adjustments_closing_id_period_closings"),
        ),
        sa.PrimaryKeyConstraint(
            *("closing_id", "number", "file", "subject"), name=op.f("pk_period_adjustments")
        ),
    )


def downgrade() -> None:
    op.drop_table("period_adjustments")
    op.drop_table("period_reports")
    op.drop_table("period_closings")
    op.execute("DROP FUNCTION refuse_to_change_what_was_reported()")
