"""Special days and hours of a nation, a province or a unit, by revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("withdrawn_in IS NULL")


def upgrade() -> None:
    op.create_table(
        "calendar_revisions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_calendar_revisions_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_calendar_revisions")),
    )
    op.execute(
        "INSERT INTO calendar_revisions (number, legal_basis, source, recorded_at)"
        " SELECT DISTINCT revision, 'reference files', 'reference files', now() FROM calendar_days"
        " UNION SELECT DISTINCT withdrawn_in, 'reference files', 'reference files', now()"
        " FROM calendar_days WHERE withdrawn_in IS NOT NULL"
    )
    _days()
    _hours()


def _days() -> None:
    op.add_column("calendar_days", sa.Column("unit_code", sa.String(length=10), nullable=True))
    op.drop_index("uq_calendar_days_day", table_name="calendar_days")
    op.create_index(
        "uq_calendar_days_unit_code_day",
        "calendar_days",
        ["unit_code", "day"],
        unique=True,
        postgresql_where=IN_FORCE,
        postgresql_nulls_not_distinct=True,
    )
    _foreign_keys("calendar_days")
    op.create_foreign_key(
        op.f("fk_calendar_days_unit_code_units"), "calendar_days", "units", ["unit_code"], ["code"]
    )


def _hours() -> None:
    kinds = sa.Enum(
        "worked",
        "received",
        name="hourskind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.add_column("desk_hours", sa.Column("kind", kinds, nullable=True))
    for name in ("valid_from", "valid_to"):
        op.add_column("desk_hours", sa.Column(name, sa.Date(), nullable=True))
    for name in ("revision", "withdrawn_in"):
        op.add_column("desk_hours", sa.Column(name, sa.Integer(), nullable=True))
    op.execute(
        "UPDATE desk_hours SET kind = 'worked', valid_from = '2025-07-01',"
        " revision = (SELECT min(number) FROM calendar_revisions)"
    )
    for name in ("kind", "valid_from", "revision"):
        op.alter_column("desk_hours", name, nullable=False)
    op.drop_constraint(op.f("uq_desk_hours_unit_code_weekday_opens"), "desk_hours", type_="unique")
    op.create_check_constraint(
        op.f("ck_desk_hours_validity_in_order"),
        "desk_hours",
        "valid_to IS NULL OR valid_to > valid_from",
    )
    op.create_index(
        "uq_desk_hours_shift",
        "desk_hours",
        ["unit_code", "valid_from", "weekday", "opens"],
        unique=True,
        postgresql_where=IN_FORCE,
        postgresql_nulls_not_distinct=True,
    )
    _foreign_keys("desk_hours")


def _foreign_keys(table: str) -> None:
    for name in ("revision", "withdrawn_in"):
        key = op.f(f"fk_{table}_{name}_calendar_revisions")
        op.create_foreign_key(key, table, "calendar_revisions", [name], ["number"])


def downgrade() -> None:
    """Take the revisions away; days and hours of single units, and withdrawn hours, are lost."""
    op.execute("DELETE FROM desk_hours WHERE withdrawn_in IS NOT NULL OR kind <> 'worked'")
    op.execute(
        "DELETE FROM desk_hours a USING desk_hours b WHERE a.id < b.id AND a.weekday = b.weekday"
        " AND a.opens = b.opens AND a.unit_code IS NOT DISTINCT FROM b.unit_code"
    )
    op.drop_index("uq_desk_hours_shift", table_name="desk_hours")
    for name in ("withdrawn_in", "revision"):
        op.drop_constraint(op.f(f"fk_desk_hours_{name}_calendar_revisions"), "desk_hours")
    op.drop_constraint(op.f("ck_desk_hours_validity_in_order"), "desk_hours")
    for name in ("withdrawn_in", "revision", "valid_to", "valid_from", "kind"):
        op.drop_column("desk_hours", name)
    op.create_unique_constraint(
        op.f("uq_desk_hours_unit_code_weekday_opens"),
        "desk_hours",
        ["unit_code", "weekday", "opens"],
        postgresql_nulls_not_distinct=True,
    )
    op.execute("DELETE FROM calendar_days WHERE unit_code IS NOT NULL")
    for name in ("withdrawn_in", "revision"):
        op.drop_constraint(op.f(f"fk_calendar_days_{name}_calendar_revisions"), "calendar_days")
    op.drop_constraint(op.f("fk_calendar_days_unit_code_units"), "calendar_days")
    op.drop_index("uq_calendar_days_unit_code_day", table_name="calendar_days")
    op.create_index(
        "uq_calendar_days_day", "calendar_days", ["day"], unique=True, postgresql_where=IN_FORCE
    )
    op.drop_column("calendar_days", "unit_code")
    op.drop_table("calendar_revisions")
