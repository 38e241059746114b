"""Keep what staff answer to alerts, and find alerts by when they were raised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    kind = sa.Enum(
        *("acknowledge", "snooze"),
        name="answerkind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "alert_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("routed_at", INSTANT, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(reason, until_on) = CASE kind WHEN 'snooze' THEN 2 ELSE 0 END",
            name=op.f("ck_alert_answers_only_a_snooze_has_reason_and_day"),
        ),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_alert_answers_answered_after_routing")),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_answers_alert_id_alerts")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_alert_answers_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_answers")),
    )
    op.create_index(
        "uq_alert_answers_acknowledged_once",
        "alert_answers",
        ["alert_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'acknowledge'"),
    )
    op.create_index("ix_alert_answers_newest", "alert_answers", ["alert_id", sa.text("id DESC")])
    op.create_index("ix_alerts_raised_at", "alerts", ["raised_at"])


def downgrade() -> None:
    op.drop_index("ix_alerts_raised_at", table_name="alerts")
    op.drop_table("alert_answers")
