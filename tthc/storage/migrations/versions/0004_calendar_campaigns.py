"""Campaigns that change the calendar, and notices that are on no rung of the ladder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.alter_column("alerts", "working_days", nullable=True)
    op.create_index(
        "ix_dossiers_stopped_late",
        "dossiers",
        ["due_at", "id"],
        postgresql_where=sa.text("stopped_at >= overdue_at AND ended_at IS NULL"),
    )
    _campaigns()
    op.create_table(
        "calendar_campaign_days",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("change", _one_of("change", "NGHI", "LAM_BU", "BO"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["calendar_campaigns.id"],
            name=op.f("fk_calendar_campaign_days_campaign_id_calendar_campaigns"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "day", name=op.f("pk_calendar_campaign_days")),
    )
    op.create_table(
        "calendar_campaign_moves",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("due_before", INSTANT, nullable=False),
        sa.Column("due_after", INSTANT, nullable=False),
        sa.Column("turn", _one_of("turn", "becomes_late", "becomes_in_time"), nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["calendar_campaigns.id"],
            name=op.f("fk_calendar_campaign_moves_campaign_id_calendar_campaigns"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossiers.id"],
            name=op.f("fk_calendar_campaign_moves_dossier_id_dossiers"),
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "dossier_id", name=op.f("pk_calendar_campaign_moves")
        ),
    )


def _campaigns() -> None:
    statuses = _one_of("campaignstatus", "draft", "approved", "applied", "withdrawn")
    op.create_table(
        "calendar_campaigns",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("status", statuses, nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("previewed_at", INSTANT, nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("done_through", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "approved_by <> proposed_by", name=op.f("ck_calendar_campaigns_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_calendar_campaigns_unit_code_units")
        ),
        sa.ForeignKeyConstraint(
            ["revision"],
            ["calendar_revisions.number"],
            name=op.f("fk_calendar_campaigns_revision_calendar_revisions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_campaigns")),
    )
    op.create_index(
        "ix_calendar_campaigns_open",
        "calendar_campaigns",
        ["id"],
        postgresql_where=sa.text("status IN ('draft', 'approved')"),
    )


def downgrade() -> None:
    op.drop_index("ix_dossiers_stopped_late", table_name="dossiers")
    op.drop_table("calendar_campaign_moves")
    op.drop_table("calendar_campaign_days")
    op.drop_table("calendar_campaigns")
    op.execute(
        "DELETE FROM deliveries WHERE alert_id IN (SELECT id FROM alerts WHERE working_days IS NULL)"
    )
    op.execute("DELETE FROM alerts WHERE working_days IS NULL")
    op.alter_column("alerts", "working_days", nullable=False)
