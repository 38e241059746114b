"""Keep the forms that were issued, so that they can be printed again as they were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
FORMS = ("01", "02", "03", "04", "05", "06", "07")
KEPT = ("form_templates", "issued_forms")
EACH = "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_what_was_issued()"
REFUSE = """
CREATE FUNCTION refuse_to_change_what_was_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was issued is kept as it was';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "form_templates",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("main", sa.String(length=40), nullable=False),
        sa.Column("files", JSONB(), nullable=False),
        sa.Column("first_used_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_form_templates")),
    )
    form = sa.Enum(*FORMS, name="form", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "issued_forms",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", form, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("press", sa.String(length=80), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_issued_forms_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_issued_forms_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id", "version"],
            ["dossier_events.dossier_id", "dossier_events.version"],
            name=op.f("fk_issued_forms_version_dossier_events"),
        ),
        sa.ForeignKeyConstraint(
            ["template_sha256"],
            ["form_templates.sha256"],
            name=op.f("fk_issued_forms_template_sha256_form_templates"),
        ),
        sa.PrimaryKeyConstraint("dossier_id", "number", name=op.f("pk_issued_forms")),
    )
    op.execute(REFUSE)
    for table in KEPT:
        op.execute(f"CREATE TRIGGER kept BEFORE UPDATE ON {table} {EACH}")


def downgrade() -> None:
    op.drop_table("issued_forms")
    op.drop_table("form_templates")
    op.execute("DROP FUNCTION refuse_to_change_what_was_issued()")
