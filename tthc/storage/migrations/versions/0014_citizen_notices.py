"""What citizens are told of their dossiers, how they want to hear of it, and who said so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ACTIONS = (
    *("register", "receive", "take_over", "accept", "refuse", "hand_over", "assign"),
    *("request_supplement", "take_supplement", "request_payment", "confirm_payment", "extend"),
    *("withdraw", "stop", "finish", "return", "pause", "resume", "recalculate", "pass_on"),
    "apologise",
)
NEW_ACTIONS = ("set_contact",)
KINDS = (
    *("received", "supplement_requested", "payment_requested", "due_moved", "apology"),
    *("late_apology", "ready"),
    *("refused", "stopped", "withdrawn"),
)


def upgrade() -> None:
    _only("dossier_events", "action", (*ACTIONS, *NEW_ACTIONS))
    _only("due_versions", "cause", (*ACTIONS, *NEW_ACTIONS), check="action")
    op.add_column(
        "parties",
        sa.Column(
            "notify_by",
            _one_of(("email", "none"), "notifyby"),
            server_default="none",
            nullable=False,
        ),
    )
    op.create_check_constraint(
        op.f("ck_parties_told_where_they_can_be"),
        "parties",
        "notify_by = 'none' OR email IS NOT NULL",
    )
    _notices()


def _only(table: str, column: str, values: tuple[str, ...], *, check: str | None = None) -> None:
    name = op.f(f"ck_{table}_{check or column}")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(name, table, f"{column} IN ({listed})")


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _notices() -> None:
    status = _one_of(("waiting", "sent", "parked", "withdrawn"), "deliverystatus")
    op.create_table(
        "citizen_notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", _one_of(KINDS, "noticekind"), nullable=False),
        sa.Column("occasion", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("status", status, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("message_id", sa.String(length=120), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id", "occasion"],
            ["dossier_events.dossier_id", "dossier_events.version"],
            name="fk_citizen_notices_occasion_dossier_events",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_notices")),
        sa.UniqueConstraint(
            "dossier_id",
            "kind",
            "occasion",
            name=op.f("uq_citizen_notices_dossier_id_kind_occasion"),
        ),
    )
    op.create_index(
        "ix_citizen_notices_waiting",
        "citizen_notices",
        ["next_try_at"],
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_citizen_notices_parked",
        "citizen_notices",
        ["id"],
        postgresql_where=sa.text("status = 'parked'"),
    )


def downgrade() -> None:
    """Take it back; refused by the checks while an event set a contact."""
    op.drop_table("citizen_notices")
    op.drop_column("parties", "notify_by")
    _only("due_versions", "cause", ACTIONS, check="action")
    _only("dossier_events", "action", ACTIONS)
