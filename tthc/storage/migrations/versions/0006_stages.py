"""Stages of procedures and of dossiers, and the action that passes one on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACTIONS = (
    *("register", "receive", "take_over", "accept", "refuse", "hand_over", "assign"),
    *("request_supplement", "take_supplement", "request_payment", "confirm_payment", "extend"),
    *("withdraw", "stop", "finish", "return", "pause", "resume", "recalculate"),
)
NEW_ACTIONS = ("pass_on",)
UNITS = ("working_hour", "working_day", "calendar_day", "none")
COUNTINGS = ("standard", "in_day_15h", "half_day")


def upgrade() -> None:
    _only("dossier_events", "action", (*ACTIONS, *NEW_ACTIONS))
    _only("due_versions", "cause", (*ACTIONS, *NEW_ACTIONS), check="action")
    op.add_column("dossiers", sa.Column("current_stage", sa.Integer(), nullable=True))
    op.add_column(
        "dossiers", sa.Column("stage_round", sa.Integer(), server_default="0", nullable=False)
    )
    op.alter_column("dossiers", "stage_round", server_default=None)
    _procedure_stages()
    _dossier_stages()


def _only(table: str, column: str, values: tuple[str, ...], *, check: str | None = None) -> None:
    name = op.f(f"ck_{table}_{check or column}")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(name, table, f"{column} IN ({listed})")


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _procedure_stages() -> None:
    op.create_table(
        "procedure_stages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("case_code", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("unit", _one_of(UNITS, "limitunit"), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_procedure_stages_number_from_the_desk")),
        sa.CheckConstraint(
            "amount > 0 OR unit = 'none'", name=op.f("ck_procedure_stages_amount_fits_unit")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["procedure_versions.id"],
            name=op.f("fk_procedure_stages_version_id_procedure_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_procedure_stages_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_stages")),
        sa.UniqueConstraint(
            "version_id",
            "case_code",
            "number",
            name=op.f("uq_procedure_stages_version_id_case_code_number"),
        ),
    )


def _dossier_stages() -> None:
    op.create_table(
        "dossier_stages",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("officer", sa.String(length=80), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_unit", _one_of(UNITS, "limitunit"), nullable=False),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column("limit_counting", _one_of(COUNTINGS, "counting"), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("is_inherited", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ledger", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "round >= 1 AND number >= 0", name=op.f("ck_dossier_stages_counted_from_the_desk")
        ),
        sa.CheckConstraint(
            "ended_at >= started_at", name=op.f("ck_dossier_stages_ends_after_start")
        ),
        sa.CheckConstraint("overdue_at > due_at", name=op.f("ck_dossier_stages_overdue_after_due")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_stages_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_dossier_stages_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "round", "number", name=op.f("pk_dossier_stages")),
    )
    op.create_index(
        "uq_dossier_stages_open",
        "dossier_stages",
        ["dossier_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Take it back; refused by the checks while an event passed a dossier on."""
    op.drop_table("dossier_stages")
    op.drop_table("procedure_stages")
    op.drop_column("dossiers", "stage_round")
    op.drop_column("dossiers", "current_stage")
    _only("due_versions", "cause", ACTIONS, check="action")
    _only("dossier_events", "action", ACTIONS)
