"""The stages of procedures, and those that dossiers went through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.limits import Counting, LimitUnit
from tthc.storage.base import Base, as_text


class ProcedureStage(Base):
    """One stage of a case of a procedure version; see ``tthc.domain.stages.StageRule``."""

    __tablename__ = "procedure_stages"
    __table_args__ = (
        UniqueConstraint("version_id", "case_code", "number"),
        CheckConstraint("number >= 0", name="number_from_the_desk"),
        CheckConstraint("amount > 0 OR unit = 'none'", name="amount_fits_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_versions.id"))
    case_code: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    agency: Mapped[str] = mapped_column(String(200))
    unit: Mapped[LimitUnit] = mapped_column(as_text(LimitUnit))
    amount: Mapped[int]
    is_confirmed: Mapped[bool]
    source: Mapped[str] = mapped_column(String(300))


class DossierStage(Base):
    """A stage that a dossier entered; open while ``ended_at`` is empty.

    It keeps the limit it began with, and its own due date with the derivation. Which stage is
    the present one stands in the dossier, too, and follows from the events.
    """

    __tablename__ = "dossier_stages"
    __table_args__ = (
        CheckConstraint("round >= 1 AND number >= 0", name="counted_from_the_desk"),
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("overdue_at > due_at", name="overdue_after_due"),
        Index(
            "uq_dossier_stages_open",
            "dossier_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    agency: Mapped[str] = mapped_column(String(200))
    officer: Mapped[str | None] = mapped_column(String(80))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    limit_unit: Mapped[LimitUnit] = mapped_column(as_text(LimitUnit))
    limit_amount: Mapped[int]
    limit_counting: Mapped[Counting] = mapped_column(as_text(Counting))
    is_confirmed: Mapped[bool]
    is_inherited: Mapped[bool]
    due_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    ledger: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
