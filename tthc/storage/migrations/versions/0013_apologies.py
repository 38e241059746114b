"""Keep when a citizen was apologised to for a late dossier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ACTIONS = (
    *("register", "receive", "take_over", "accept", "refuse", "hand_over", "assign"),
    *("request_supplement", "take_supplement", "request_payment", "confirm_payment", "extend"),
    *("withdraw", "stop", "finish", "return", "pause", "resume", "recalculate", "pass_on"),
)
NEW_ACTIONS = ("apologise",)


def upgrade() -> None:
    _only((*ACTIONS, *NEW_ACTIONS))
    op.add_column("dossiers", sa.Column("apologised_at", sa.DateTime(timezone=True), nullable=True))


def _only(actions: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{action}'" for action in actions)
    for table, column in (("dossier_events", "action"), ("due_versions", "cause")):
        name = op.f(f"ck_{table}_action")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"{column} IN ({listed})")


def downgrade() -> None:
    """Refused by the checks where an apology is on record: an event is never forgotten."""
    op.drop_column("dossiers", "apologised_at")
    _only(ACTIONS)
