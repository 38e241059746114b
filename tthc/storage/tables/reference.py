"""Reference data: units, procedures with their limits, the alert ladder.

Every row tells its source. ``reference_state`` counts revisions, so that processes know when
what they keep in memory is out of date.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tthc.domain.dossier import Channel
from tthc.domain.ladder import AlertKind
from tthc.domain.limits import Counting, LimitUnit, StopMode
from tthc.domain.reference import ServiceLevel, UnitLevel
from tthc.storage.base import Base, CodeNumber, as_text


class ReferenceState(Base):
    """One row: which revision of the reference data and of the calendar is in force.

    ``stamp`` is new with every change and never seen before, so it can key what processes
    keep in memory.
    """

    __tablename__ = "reference_state"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    calendar_revision: Mapped[int]
    changed_at: Mapped[datetime]


class Unit(Base):
    """A province, commune, department, or a unit met only in imported data.

    ``area_class`` chooses among time limits where a decision gives an area its own.
    """

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    level: Mapped[UnitLevel] = mapped_column(as_text(UnitLevel))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    agency_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_search: Mapped[str] = mapped_column(String(200))
    area_class: Mapped[str] = mapped_column(String(40), server_default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))


class Procedure(Base):
    """A procedure of the national catalogue, known by its code for ever."""

    __tablename__ = "procedures"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(1000))
    name_search: Mapped[str] = mapped_column(String(1000))
    field: Mapped[str] = mapped_column(String(200))
    performed_by: Mapped[str] = mapped_column(String(200))


class ProcedureVersion(Base):
    """A procedure as published for ``[valid_from, valid_to)``; a dossier keeps its version."""

    __tablename__ = "procedure_versions"
    __table_args__ = (
        UniqueConstraint("procedure_code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_code: Mapped[str] = mapped_column(ForeignKey("procedures.code"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    yields_result: Mapped[bool]
    legal_basis: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(300))

    limits: Mapped[list[TimeLimitRow]] = relationship(lazy="raise", order_by="TimeLimitRow.id")


class TimeLimitRow(Base):
    """How long one (version, case, channel, area class) may take; offering it is having it."""

    __tablename__ = "time_limits"
    __table_args__ = (
        UniqueConstraint("version_id", "case_code", "channel", "area_class"),
        CheckConstraint(
            "amount > 0 OR unit = 'none' OR counting <> 'standard'", name="amount_fits_unit"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("procedure_versions.id"))
    case_code: Mapped[str] = mapped_column(String(40))
    case_name: Mapped[str] = mapped_column(String(300))
    channel: Mapped[Channel] = mapped_column(CodeNumber(Channel))
    area_class: Mapped[str] = mapped_column(String(40))
    unit: Mapped[LimitUnit] = mapped_column(as_text(LimitUnit))
    amount: Mapped[int]
    counting: Mapped[Counting] = mapped_column(as_text(Counting))
    stop_mode: Mapped[StopMode] = mapped_column(as_text(StopMode))
    is_confirmed: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(300))


class ServiceLevelRow(Base):
    """Whether a province offers a procedure full-online; decided by the province, by date."""

    __tablename__ = "service_levels"
    __table_args__ = (UniqueConstraint("procedure_code", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_code: Mapped[str] = mapped_column(ForeignKey("procedures.code"))
    level: Mapped[ServiceLevel] = mapped_column(as_text(ServiceLevel))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(300))


class LadderRung(Base):
    """One rung of the alert ladder: of what kind, after how long, and who hears.

    Of a unit and all below it, or of every unit that has none of that kind (``unit_code`` empty).
    """

    __tablename__ = "ladder_rungs"
    __table_args__ = (
        UniqueConstraint("code", "unit_code", postgresql_nulls_not_distinct=True),
        UniqueConstraint("kind", "unit_code", "amount", postgresql_nulls_not_distinct=True),
        CheckConstraint("kind <> 'notice'", name="kind_has_rungs"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    kind: Mapped[AlertKind] = mapped_column(as_text(AlertKind))
    amount: Mapped[int]
    audience: Mapped[str] = mapped_column(String(100))
    is_urgent: Mapped[bool]
    source: Mapped[str] = mapped_column(String(300))
