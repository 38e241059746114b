"""Keep with a dossier its case and the version of its procedure.

Rows that are there stay empty: they follow from events that do not tell it. Their limit does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dossiers", sa.Column("case_code", sa.String(length=40), nullable=True))
    op.add_column("dossiers", sa.Column("version_from", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("dossiers", "version_from")
    op.drop_column("dossiers", "case_code")
