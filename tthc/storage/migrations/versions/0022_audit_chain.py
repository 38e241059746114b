"""Chain what happened: entries besides the events, a link for each of both, anchors over all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DIGEST = sa.LargeBinary(length=32)
ACTIONS = (
    *("sign_in_tried", "signed_in", "user_added", "user_disabled", "user_enabled"),
    *("password_set", "role_granted", "role_revoked", "reference_loaded", "calendar_approved"),
    *("closing_proposed", "closing_withdrawn", "period_closed", "period_restated"),
    *("evidence_packed", "report_fetched", "events_exported", "audit_exported"),
)


def upgrade() -> None:
    action = sa.Enum(
        *ACTIONS, name="auditaction", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("action", action, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_audit_entries_unit_code_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    _create_links()
    op.create_table(
        "audit_anchors",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("root", DIGEST, nullable=False),
        sa.Column("previous", DIGEST, nullable=False),
        sa.Column("public_key", DIGEST, nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_anchors")),
    )


def _create_links() -> None:
    op.create_table(
        "audit_links",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(length=10), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("algorithm", sa.SmallInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("hash", DIGEST, nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(event_id, entry_id) = 1", name=op.f("ck_audit_links_covers_one_thing")
        ),
        sa.CheckConstraint(
            "number >= 1 AND position >= number", name=op.f("ck_audit_links_counts_from_one")
        ),
        sa.CheckConstraint(
            "length(digest) = 32 AND length(hash) = 32",
            name=op.f("ck_audit_links_digests_are_whole"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_audit_links_chain_number")),
    )
    for column in ("event_id", "entry_id"):
        op.create_index(
            f"uq_audit_links_{column}",
            "audit_links",
            [column],
            unique=True,
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def downgrade() -> None:
    for table in ("audit_anchors", "audit_links", "audit_entries"):
        op.drop_table(table)
