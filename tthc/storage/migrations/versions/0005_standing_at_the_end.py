"""Keep how a dossier stands at its end, and let figures be read from an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STANDING = """
CASE WHEN channel = 1 THEN 1 ELSE 0 END
+ CASE WHEN channel = 2 THEN 2 ELSE 0 END
+ CASE WHEN channel = 3 THEN 4 ELSE 0 END
+ CASE WHEN submitted_by = 'citizen' OR submitted_by = 'authorised' THEN 8 ELSE 0 END
+ CASE WHEN ended_at IS NULL THEN 0 ELSE
  CASE WHEN finished_at IS NOT NULL THEN 16 ELSE 0 END
  + CASE WHEN finished_at IS NULL THEN 32 ELSE 0 END
  + CASE WHEN due_at IS NOT NULL THEN 64 ELSE 0 END
  + CASE WHEN supplement_count > 1 THEN 128 ELSE 0 END
  + CASE WHEN timezone('Asia/Ho_Chi_Minh', ended_at)::date
      < timezone('Asia/Ho_Chi_Minh', due_at)::date THEN 256 ELSE 0 END
  + CASE WHEN coalesce(stopped_at, ended_at) >= overdue_at THEN 512 ELSE 0 END
  + CASE WHEN coalesce(stopped_at, ended_at) > due_at THEN 1024 ELSE 0 END
  + CASE WHEN coalesce(stopped_at, ended_at) >= original_overdue_at THEN 2048 ELSE 0 END
  + CASE WHEN coalesce(stopped_at, ended_at) > original_due_at THEN 4096 ELSE 0 END
  END
"""


def upgrade() -> None:
    computed = sa.Computed(STANDING, persisted=True)
    op.add_column("dossiers", sa.Column("standing", sa.Integer(), computed, nullable=False))
    op.create_index(
        "ix_dossiers_ended",
        "dossiers",
        ["ended_at", "received_at"],
        postgresql_include=["resolving_unit", "procedure_code", "standing"],
    )
    op.drop_index("ix_dossiers_lived_until", table_name="dossiers")


def downgrade() -> None:
    op.create_index(
        "ix_dossiers_lived_until",
        "dossiers",
        [sa.literal_column("coalesce(ended_at, 'infinity')"), "received_at"],
    )
    op.drop_index("ix_dossiers_ended", table_name="dossiers")
    op.drop_column("dossiers", "standing")
