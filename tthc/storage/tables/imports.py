"""Files taken over from other systems: what was asked, how far it is, what was refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.imports import ImportStatus
from tthc.storage.base import Base, as_text


class Import(Base):
    """One file taken over, or tried.

    Counts move with each page, in the page's transaction, so that a run that was killed goes
    on at ``done_line`` and its report is right. ``dossiers`` is known once ``is_staged``;
    when done it equals imported + unchanged + refused.
    """

    __tablename__ = "imports"
    __table_args__ = (
        Index("ix_imports_open", "id", postgresql_where=text("status IN ('waiting', 'running')")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    mapping: Mapped[str] = mapped_column(String(20))
    mapping_text: Mapped[str]
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str | None] = mapped_column(String(64))
    is_dry_run: Mapped[bool]
    status: Mapped[ImportStatus] = mapped_column(as_text(ImportStatus))
    is_staged: Mapped[bool] = mapped_column(default=False)
    done_line: Mapped[int] = mapped_column(BigInteger, default=0)
    leased_until: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    dossiers: Mapped[int] = mapped_column(BigInteger, default=0)
    imported: Mapped[int] = mapped_column(BigInteger, default=0)
    unchanged: Mapped[int] = mapped_column(BigInteger, default=0)
    refused: Mapped[int] = mapped_column(BigInteger, default=0)
    refused_by: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    warnings: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    requested_by: Mapped[str] = mapped_column(String(80))
    scope_units: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))


class ImportFile(Base):
    """The content of a file handed in over HTTP; deleted when the import is done."""

    __tablename__ = "import_files"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    """One row of a file while it is worked on, its mapped cells as they stand in the file.

    Once staged there is one row for each key, at the first line of the key; ``differs_line``
    is the first line that tells something else of it. Deleted when the import is done.
    """

    __tablename__ = "import_rows"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    cells: Mapped[list[Any]] = mapped_column(JSONB)
    differs_line: Mapped[int | None] = mapped_column(BigInteger)


class ImportRefusal(Base):
    """A row that was not taken over, and why. Holds no cell of the row but its key."""

    __tablename__ = "import_refusals"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str | None] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(300))
    message_en: Mapped[str] = mapped_column(String(300))
