"""Pauses beside the stops with a status, half-day limits, and limits by class of area."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ACTIONS = (
    *("register", "receive", "take_over", "accept", "refuse", "hand_over", "assign"),
    *("request_supplement", "take_supplement", "request_payment", "confirm_payment", "extend"),
    *("withdraw", "stop", "finish", "return"),
)
NEW_ACTIONS = ("pause", "resume", "recalculate")
REASONS, NEW_REASONS = ("supplement", "payment"), ("other_agency", "force_majeure")
COUNTINGS, NEW_COUNTINGS = ("standard", "in_day_15h"), ("half_day",)
RUNNING = "ix_dossiers_running_due"
RUNS = "status IN (2, 4)"


def upgrade() -> None:
    _only("dossier_events", "action", (*ACTIONS, *NEW_ACTIONS))
    _only("due_versions", "cause", (*ACTIONS, *NEW_ACTIONS), check="action")
    _only("clock_stops", "reason", (*REASONS, *NEW_REASONS), check="stopreason")
    _only("time_limits", "counting", (*COUNTINGS, *NEW_COUNTINGS))
    op.add_column(
        "units",
        sa.Column("area_class", sa.String(length=40), server_default="", nullable=False),
    )
    _dossiers()
    _clock_stops()


def _only(table: str, column: str, values: tuple[str, ...], *, check: str | None = None) -> None:
    name = op.f(f"ck_{table}_{check or column}")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(name, table, f"{column} IN ({listed})")


def _dossiers() -> None:
    op.add_column("dossiers", sa.Column("paused_for", sa.String(length=32), nullable=True))
    op.add_column("dossiers", sa.Column("resume_mode", sa.String(length=32), nullable=True))
    _only_new("dossiers", "paused_for", (*REASONS, *NEW_REASONS), check="stopreason")
    _only_new("dossiers", "resume_mode", ("shift", "restart"), check="stopmode")
    _running(f"{RUNS} AND stopped_at IS NULL")


def _only_new(table: str, column: str, values: tuple[str, ...], *, check: str) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{check}"), table, f"{column} IN ({listed})")


def _running(where: str) -> None:
    op.drop_index(RUNNING, table_name="dossiers")
    op.create_index(RUNNING, "dossiers", ["due_at", "id"], postgresql_where=sa.text(where))


def _clock_stops() -> None:
    op.add_column("clock_stops", sa.Column("stood_since", sa.DateTime(timezone=True)))
    op.add_column("clock_stops", sa.Column("began_by", sa.String(length=80)))
    op.add_column("clock_stops", sa.Column("ended_by", sa.String(length=80)))
    op.add_column("clock_stops", sa.Column("why", sa.String(length=2000)))
    op.add_column("clock_stops", sa.Column("limit_on", sa.Date()))
    op.execute(
        "UPDATE clock_stops s SET stood_since = s.started_at,"
        " why = left(e.facts ->> 'reason', 2000), began_by = e.actor"
        " FROM dossier_events e WHERE e.dossier_id = s.dossier_id"
        " AND e.happened_at = s.started_at AND e.action = 'request_' || s.reason"
    )
    op.execute("UPDATE clock_stops SET stood_since = started_at WHERE stood_since IS NULL")
    op.execute("UPDATE clock_stops SET began_by = 'unknown' WHERE began_by IS NULL")
    for name in ("stood_since", "began_by"):
        op.alter_column("clock_stops", name, nullable=False)
    name = op.f("ck_clock_stops_stands_since_before")
    op.create_check_constraint(name, "clock_stops", "stood_since <= started_at")
    op.create_index(
        "uq_clock_stops_open_reason",
        "clock_stops",
        ["dossier_id", "reason"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Take it back; refused by the checks while a dossier holds what only the new schema knows."""
    op.drop_index("uq_clock_stops_open_reason", table_name="clock_stops")
    op.drop_constraint(op.f("ck_clock_stops_stands_since_before"), "clock_stops", type_="check")
    for name in ("limit_on", "why", "ended_by", "began_by", "stood_since"):
        op.drop_column("clock_stops", name)
    _running(RUNS)
    op.drop_column("dossiers", "resume_mode")
    op.drop_column("dossiers", "paused_for")
    op.drop_column("units", "area_class")
    _only("time_limits", "counting", COUNTINGS)
    _only("clock_stops", "reason", REASONS, check="stopreason")
    _only("due_versions", "cause", ACTIONS, check="action")
    _only("dossier_events", "action", ACTIONS)
