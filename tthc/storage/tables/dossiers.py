"""A dossier, the persons in it, and everything that ever happened to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.dossier import Channel, PaymentKind, ReturnForm, StopReason, SubmittedBy
from tthc.domain.lifecycle import Action, Status
from tthc.domain.limits import Granularity, StopMode
from tthc.domain.parties import IdentityKind, NotifyBy, PartyRole, SubjectKind
from tthc.storage.base import Base, CodeNumber, as_text
from tthc.storage.tables.standing import STANDING


class CodeCounter(Base):
    """The last number given out by one agency on one day: gap-free, never reused."""

    __tablename__ = "code_counters"

    agency_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class Dossier(Base):
    """One application, from receipt to return of the result.

    It has no field for a person; ``summary`` and the names of papers are free text.
    Every column from ``status`` to ``last_event_at`` follows from the events
    (``tthc.domain.dossier.DossierState``). Lateness is not stored: ``overdue_at`` is the first
    instant that would be late. Only what has ended is judged once for all (``standing``).
    """

    __tablename__ = "dossiers"
    __table_args__ = (
        UniqueConstraint("foreign_system", "foreign_code"),
        CheckConstraint("status BETWEEN 1 AND 10", name="status_is_national"),
        CheckConstraint("finished_at >= received_at", name="finished_after_receipt"),
        CheckConstraint("returned_at >= finished_at", name="returned_after_finish"),
        CheckConstraint("due_at >= received_at", name="due_after_receipt"),
        CheckConstraint("overdue_at > due_at", name="overdue_after_due"),
        CheckConstraint("extension_count <= 1", name="extended_once"),
        CheckConstraint(
            "digitised_count <= paper_count AND reused_count <= paper_count", name="papers_add_up"
        ),
        Index(
            "ix_dossiers_running_due",
            "due_at",
            "id",
            postgresql_where=text("status IN (2, 4) AND stopped_at IS NULL"),
        ),
        Index(
            "ix_dossiers_stopped_late",
            "due_at",
            "id",
            postgresql_where=text("stopped_at >= overdue_at AND ended_at IS NULL"),
        ),
        Index("ix_dossiers_waiting", "status", "id", postgresql_where=text("status IN (1, 5)")),
        Index("ix_dossiers_uncollected", "finished_at", "id", postgresql_where=text("status = 9")),
        Index(
            "ix_dossiers_undated",
            "received_at",
            "id",
            postgresql_where=text("status IN (2, 4) AND due_at IS NULL"),
        ),
        Index("ix_dossiers_resolving_recent", "resolving_unit", text("id DESC")),
        Index("ix_dossiers_receiving_recent", "receiving_unit", text("id DESC")),
        Index(
            "ix_dossiers_ended",
            "ended_at",
            "received_at",
            postgresql_include=["resolving_unit", "procedure_code", "standing"],
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    foreign_system: Mapped[str | None] = mapped_column(String(40))
    foreign_code: Mapped[str | None] = mapped_column(String(80))
    foreign_digest: Mapped[str | None] = mapped_column(String(64))
    summary: Mapped[str | None] = mapped_column(String(1000))
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    fees: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    is_demo: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]

    version: Mapped[int] = mapped_column()
    status: Mapped[Status] = mapped_column(CodeNumber(Status))
    procedure_code: Mapped[str | None] = mapped_column(ForeignKey("procedures.code"))
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("time_limits.id"))
    case_code: Mapped[str | None] = mapped_column(String(40))
    version_from: Mapped[date | None]
    channel: Mapped[Channel | None] = mapped_column(CodeNumber(Channel))
    submitted_by: Mapped[SubmittedBy | None] = mapped_column(as_text(SubmittedBy))
    receiving_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    resolving_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    officer: Mapped[str | None] = mapped_column(String(80))
    registered_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    due_version: Mapped[int]
    due_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    due_granularity: Mapped[Granularity | None] = mapped_column(as_text(Granularity))
    due_set_at: Mapped[datetime | None]
    original_due_at: Mapped[datetime | None]
    original_overdue_at: Mapped[datetime | None]
    extension_count: Mapped[int]
    apologised_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    resume_status: Mapped[Status | None] = mapped_column(CodeNumber(Status))
    paused_for: Mapped[StopReason | None] = mapped_column(as_text(StopReason))
    resume_mode: Mapped[StopMode | None] = mapped_column(as_text(StopMode))
    stop_count: Mapped[int]
    supplement_count: Mapped[int]
    finished_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_form: Mapped[ReturnForm | None] = mapped_column(as_text(ReturnForm))
    result_code: Mapped[str | None] = mapped_column(String(80))
    is_result_electronic: Mapped[bool]
    payment_kind: Mapped[PaymentKind | None] = mapped_column(CodeNumber(PaymentKind))
    fee_total: Mapped[int] = mapped_column(BigInteger)
    paper_count: Mapped[int]
    digitised_count: Mapped[int]
    reused_count: Mapped[int]
    current_stage: Mapped[int | None]
    stage_round: Mapped[int]
    last_event_at: Mapped[datetime | None]
    standing: Mapped[int] = mapped_column(Computed(STANDING, persisted=True), deferred=True)

    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy reads it so
        "version_id_col": version,
        "version_id_generator": False,
    }


class Party(Base):
    """A person or organisation of a dossier. The only table with fields for citizens.

    ``notify_by`` says how the applicant is told of the dossier; what came from another system
    is told to nobody, until the desk asked.
    """

    __tablename__ = "parties"
    __table_args__ = (
        CheckConstraint("notify_by = 'none' OR email IS NOT NULL", name="told_where_they_can_be"),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    role: Mapped[PartyRole] = mapped_column(as_text(PartyRole), primary_key=True)
    subject_kind: Mapped[SubjectKind] = mapped_column(CodeNumber(SubjectKind))
    name: Mapped[str] = mapped_column(String(200))
    name_search: Mapped[str] = mapped_column(String(200), index=True)
    identity_kind: Mapped[IdentityKind | None] = mapped_column(CodeNumber(IdentityKind))
    identity_number: Mapped[str | None] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    address: Mapped[str | None] = mapped_column(String(300))
    notify_by: Mapped[NotifyBy] = mapped_column(as_text(NotifyBy), server_default="none")


class DossierEvent(Base):
    """One thing that happened, kept for ever. Rows are inserted, never updated.

    ``happened_at`` is the claimed time, ``recorded_at`` ours. ``changes`` are the fields of
    the state it changed, ``facts`` what was told besides. Neither has a field for a person, but
    a reason is free text: it is shown with its dossier and never exported.
    """

    __tablename__ = "dossier_events"
    __table_args__ = (UniqueConstraint("dossier_id", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    version: Mapped[int]
    action: Mapped[Action] = mapped_column(as_text(Action))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)


class DueVersion(Base):
    """One due date a dossier had, from ``set_at`` on, with its derivation."""

    __tablename__ = "due_versions"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    overdue_at: Mapped[datetime]
    set_at: Mapped[datetime]
    cause: Mapped[Action] = mapped_column(as_text(Action))
    ledger: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class ClockStop(Base):
    """A stop of the clock, from its beginning to its end; open while ``ended_at`` is empty.

    Stops may overlap. ``stood_since`` is since when the clock stood when this one began: its own
    ``started_at``, or that of the stop it overlaps. ``why`` is free text, as in the event.
    """

    __tablename__ = "clock_stops"
    __table_args__ = (
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        CheckConstraint("stood_since <= started_at", name="stands_since_before"),
        Index(
            "uq_clock_stops_open_reason",
            "dossier_id",
            "reason",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[StopReason] = mapped_column(as_text(StopReason))
    started_at: Mapped[datetime]
    stood_since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    began_by: Mapped[str] = mapped_column(String(80))
    ended_by: Mapped[str | None] = mapped_column(String(80))
    why: Mapped[str | None] = mapped_column(String(2000))
    limit_on: Mapped[date | None]
