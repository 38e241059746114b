"""Let a unit have a chair, and people be away for some days with a deputy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ROLES = ("reception", "officer", "manager", "province_viewer", "administrator", "integrator")
CHECK = "ck_role_grants_role"


def upgrade() -> None:
    _only((*ROLES, "chair"))
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", sa.BigInteger(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("cancelled_by", sa.String(length=80), nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.CheckConstraint("until_on > since_on", name=op.f("ck_absences_ends_after_start")),
        sa.CheckConstraint("deputy_id <> user_id", name=op.f("ck_absences_deputy_is_another")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id_users")),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["users.id"], name=op.f("fk_absences_deputy_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(
        "ix_absences_standing",
        "absences",
        ["user_id", "until_on"],
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )


def _only(roles: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(CHECK), "role_grants", type_="check")
    listed = ", ".join(f"'{role}'" for role in roles)
    op.create_check_constraint(op.f(CHECK), "role_grants", f"role IN ({listed})")


def downgrade() -> None:
    op.drop_table("absences")
    op.execute("DELETE FROM role_grants WHERE role = 'chair'")
    _only(ROLES)
