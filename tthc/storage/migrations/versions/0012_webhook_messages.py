"""Number and keep the messages of webhooks, so that they can be read and sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NEW_COLUMNS = ("is_internal", "version", "last_sequence")


def upgrade() -> None:
    for column in (
        sa.Column("is_internal", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    ):
        op.add_column("webhooks", column)
    for name in NEW_COLUMNS:
        op.alter_column("webhooks", name, server_default=None)
    op.create_table(
        "webhook_messages",
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_messages_webhook_id_webhooks")
        ),
        sa.PrimaryKeyConstraint("webhook_id", "sequence", name=op.f("pk_webhook_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_webhook_messages_message_id")),
    )
    op.create_index("ix_webhook_messages_written_at", "webhook_messages", ["written_at"])
    op.create_table(
        "webhook_resends",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("reached <= until", name=op.f("ck_webhook_resends_reached_within")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_resends_webhook_id_webhooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_resends")),
    )
    op.create_index(
        "uq_webhook_resends_one_at_a_time",
        "webhook_resends",
        ["webhook_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_webhook_resends_newest", "webhook_resends", ["webhook_id", sa.text("id DESC")]
    )


def downgrade() -> None:
    op.drop_table("webhook_resends")
    op.drop_table("webhook_messages")
    for name in reversed(NEW_COLUMNS):
        op.drop_column("webhooks", name)
