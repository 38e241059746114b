"""Let the ladder have kinds and scopes, and alerts tell of more than the due date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
RUNG_KINDS = ("due", "unaccepted", "supplement", "uncollected", "unapologised", "undated")
UNIQUE = "uq_alerts_dossier_id_due_version_rung"


def kind_of() -> sa.Enum:
    return sa.Enum(
        *RUNG_KINDS,
        "notice",
        name="alertkind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )


def upgrade() -> None:
    _widen_ladder()
    _widen_alerts()
    op.create_index(
        "ix_dossiers_waiting",
        "dossiers",
        ["status", "id"],
        postgresql_where=sa.text("status IN (1, 5)"),
    )
    op.create_index(
        "ix_dossiers_uncollected",
        "dossiers",
        ["finished_at", "id"],
        postgresql_where=sa.text("status = 9"),
    )
    op.create_index(
        "ix_dossiers_undated",
        "dossiers",
        ["received_at", "id"],
        postgresql_where=sa.text("status IN (2, 4) AND due_at IS NULL"),
    )


def _widen_ladder() -> None:
    table = "ladder_rungs"
    op.drop_constraint("pk_ladder_rungs", table)
    op.drop_constraint("uq_ladder_rungs_working_days", table)
    op.alter_column(table, "working_days", new_column_name="amount")
    op.add_column(table, sa.Column("id", sa.Integer(), sa.Identity(), nullable=False))
    op.create_primary_key("pk_ladder_rungs", table, ["id"])
    op.add_column(table, sa.Column("unit_code", sa.String(length=10), nullable=True))
    op.create_foreign_key(
        "fk_ladder_rungs_unit_code_units", table, "units", ["unit_code"], ["code"]
    )
    op.add_column(table, sa.Column("kind", kind_of(), nullable=False, server_default="due"))
    op.alter_column(table, "kind", server_default=None)
    op.add_column(
        table, sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default="false")
    )
    op.alter_column(table, "is_urgent", server_default=None)
    op.create_check_constraint("kind_has_rungs", table, "kind <> 'notice'")
    for columns in (["code", "unit_code"], ["kind", "unit_code", "amount"]):
        op.create_unique_constraint(
            f"uq_{table}_{'_'.join(columns)}", table, columns, postgresql_nulls_not_distinct=True
        )


def _widen_alerts() -> None:
    op.alter_column("alerts", "working_days", new_column_name="amount")
    op.alter_column("alerts", "due_at", nullable=True)
    op.add_column("alerts", sa.Column("since_at", INSTANT, nullable=True))
    occasion = sa.Column("occasion", sa.Integer(), nullable=False, server_default="0")
    op.add_column("alerts", occasion)
    op.add_column("alerts", sa.Column("kind", kind_of(), nullable=False, server_default="due"))
    op.alter_column("alerts", "kind", server_default=None)
    op.execute("UPDATE alerts SET kind = 'notice' WHERE amount IS NULL")
    op.drop_constraint(UNIQUE, "alerts")
    columns = ["dossier_id", "due_version", "rung", "occasion"]
    op.create_unique_constraint(f"{UNIQUE}_occasion", "alerts", columns)


def downgrade() -> None:
    """Forget what cannot be told without kinds: its alerts, deliveries and answers."""
    for name in ("undated", "uncollected", "waiting"):
        op.drop_index(f"ix_dossiers_{name}", table_name="dossiers")
    op.execute(
        "DELETE FROM alert_answers USING alerts WHERE alert_id = alerts.id"
        " AND alerts.kind NOT IN ('due', 'notice')"
    )
    op.execute(
        "DELETE FROM deliveries USING alerts WHERE alert_id = alerts.id"
        " AND alerts.kind NOT IN ('due', 'notice')"
    )
    op.execute("DELETE FROM alerts WHERE kind NOT IN ('due', 'notice')")
    op.drop_constraint(f"{UNIQUE}_occasion", "alerts")
    for column in ("kind", "occasion", "since_at"):
        op.drop_column("alerts", column)
    op.create_unique_constraint(UNIQUE, "alerts", ["dossier_id", "due_version", "rung"])
    op.alter_column("alerts", "due_at", nullable=False)
    op.alter_column("alerts", "amount", new_column_name="working_days")
    _narrow_ladder()


def _narrow_ladder() -> None:
    table = "ladder_rungs"
    op.execute("DELETE FROM ladder_rungs WHERE kind <> 'due' OR unit_code IS NOT NULL")
    op.drop_constraint("uq_ladder_rungs_code_unit_code", table)
    op.drop_constraint("uq_ladder_rungs_kind_unit_code_amount", table)
    op.drop_constraint("pk_ladder_rungs", table)
    for column in ("is_urgent", "kind", "unit_code", "id"):
        op.drop_column(table, column)
    op.alter_column(table, "amount", new_column_name="working_days")
    op.create_primary_key("pk_ladder_rungs", table, ["code"])
    op.create_unique_constraint("uq_ladder_rungs_working_days", table, ["working_days"])
