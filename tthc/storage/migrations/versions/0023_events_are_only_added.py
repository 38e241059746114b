"""Refuse to change, delete or empty what is only added to: events, entries, links, anchors."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("dossier_events", "audit_entries", "audit_links", "audit_anchors")
REFUSE = """
CREATE FUNCTION refuse_to_change_what_happened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are added, never changed or removed', TG_TABLE_NAME;
END $$
"""
CALL = "EXECUTE FUNCTION refuse_to_change_what_happened()"


def upgrade() -> None:
    op.execute(REFUSE)
    for table in TABLES:
        op.execute(f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {CALL}")
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {CALL}"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER kept ON {table}")
        op.execute(f"DROP TRIGGER never_emptied ON {table}")
    op.execute("DROP FUNCTION refuse_to_change_what_happened()")
