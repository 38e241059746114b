"""Forms that were issued, with all that is needed to print them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.forms import Form
from tthc.storage.base import Base, as_text


class FormTemplateRow(Base):
    """A template as it was when a form was first issued from it; see ``FormTemplate``."""

    __tablename__ = "form_templates"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    main: Mapped[str] = mapped_column(String(40))
    files: Mapped[dict[str, str]] = mapped_column(JSONB)
    first_used_at: Mapped[datetime]


class IssuedForm(Base):
    """A form of a dossier that was issued: who, when, of which version, and what it told.

    ``data`` has fields for citizens, as ``parties``. ``data_sha256`` is the fingerprint of its
    canonical JSON, ``pdf_sha256`` that of the file as ``press`` made it. Rows are never updated.
    """

    __tablename__ = "issued_forms"
    __table_args__ = (
        CheckConstraint("number >= 1", name="counted_from_one"),
        ForeignKeyConstraint(
            ["dossier_id", "version"],
            ["dossier_events.dossier_id", "dossier_events.version"],
            name="fk_issued_forms_version_dossier_events",
        ),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[Form] = mapped_column(as_text(Form))
    version: Mapped[int]
    issued_by: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime]
    template_sha256: Mapped[str] = mapped_column(ForeignKey("form_templates.sha256"))
    data_sha256: Mapped[str] = mapped_column(String(64))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    press: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
