"""Closing a unit's period: through the data-quality gate, into a report that stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.audit_entries import AuditAction
from tthc.domain.closing import (
    ClosingStateError,
    ClosingStatus,
    DataDoubtfulError,
    Gate,
    PeriodRunningError,
    check_second_person,
)
from tthc.domain.errors import StaleError
from tthc.domain.metrics import Period
from tthc.domain.pack import zip_files
from tthc.domain.scope import EVERYTHING
from tthc.services.audit import Entry, write_entry
from tthc.services.evidence import Gathered, Place, gather
from tthc.services.metrics import make_period
from tthc.services.packs import pack_evidence, rules_sha256, seal_of
from tthc.services.quality import QualitySheet, inspect_gathered
from tthc.services.scope import whole_unit
from tthc.storage.queries import closings as queries
from tthc.storage.tables.closings import Closing, Report


@dataclass(frozen=True, slots=True)
class Which:
    """A closing as somebody read it; without a version as it is."""

    id: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Who tells a report, its number (0 as reported, then restated), and why it is restated."""

    by: str
    number: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """What was gathered of a period, and the files of its evidence pack."""

    gathered: Gathered
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Wish:
    """The period of a unit that somebody wants to close, and why in spite of doubts."""

    unit_code: str
    since: date
    until: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ClosingSheet:
    """A closing with what was reported of it, oldest first."""

    closing: Closing
    reports: Sequence[Report]


def close_period(
    session: Session, wish: Wish, actor: Actor, gate: Gate, *, now: datetime
) -> ClosingSheet:
    """Close a period at once, or propose it where too many dossiers spoil the statistics.

    Raises:
        NotFoundError: no such unit, or outside the actor's scope.
        PeriodInvalidError, PeriodRunningError: it is empty; it is not over.
        DataDoubtfulError: doubtful, and no reason was given.
    """
    whole_unit(session, actor.scope, wish.unit_code)
    gathered = _gather(session, wish.unit_code, (wish.since, wish.until), now=now)
    sheet = inspect_gathered(session, gathered)
    is_doubtful = _is_doubtful(sheet, gate)
    if is_doubtful and not wish.reason:
        raise _doubtful(sheet, gate)
    closing = Closing(
        unit_code=wish.unit_code,
        since_on=wish.since,
        until_on=wish.until,
        status=ClosingStatus.PROPOSED,
        is_doubtful=is_doubtful,
        reason=wish.reason if is_doubtful else None,
        proposed_by=actor.username,
        proposed_at=now,
        **_seen(sheet),
    )
    session.add(closing)
    session.flush()
    if is_doubtful:
        proposed = _entry(AuditAction.CLOSING_PROPOSED, closing, actor.username)
        write_entry(session, proposed, now=now)
    else:
        _close(session, closing, gathered, actor, now=now)
    return _sheet(session, closing)


def approve_closing(
    session: Session, which: Which, actor: Actor, gate: Gate, *, now: datetime
) -> ClosingSheet:
    """Close a proposed period as its data are now, by somebody else than who proposed it.

    Raises:
        NotFoundError, StaleError: none such in the actor's scope; changed since it was read.
        ClosingStateError, SecondPersonError: not waiting; the actor proposed it.
    """
    closing = take_closing(session, which, actor)
    check_second_person(closing.status, closing.proposed_by, actor)
    gathered = _gather(session, closing.unit_code, (closing.since_on, closing.until_on), now=now)
    sheet = inspect_gathered(session, gathered)
    for name, value in _seen(sheet).items():
        setattr(closing, name, value)
    closing.is_doubtful = _is_doubtful(sheet, gate)
    _close(session, closing, gathered, actor, now=now)
    return changed(session, closing)


def withdraw_closing(
    session: Session, which: Which, actor: Actor, *, now: datetime
) -> ClosingSheet:
    """Give a proposal up; the period may be closed anew. A closed one stays closed.

    Raises:
        NotFoundError, StaleError, ClosingStateError: none such; changed since; not waiting.
    """
    closing = take_closing(session, which, actor)
    if closing.status is not ClosingStatus.PROPOSED:
        raise ClosingStateError(
            "Chỉ hủy được đề nghị chốt kỳ chưa duyệt.", "only a proposal can be withdrawn"
        )
    closing.status = ClosingStatus.WITHDRAWN
    withdrawn = _entry(AuditAction.CLOSING_WITHDRAWN, closing, actor.username)
    write_entry(session, withdrawn, now=now)
    return changed(session, closing)


def find_closing(session: Session, closing_id: int, actor: Actor) -> ClosingSheet:
    """Return a closing of the actor's units, or raise NotFoundError."""
    return _sheet(session, queries.get_closing(session, closing_id, _units(actor)))


def list_closings(
    session: Session, actor: Actor, *, before_id: int | None, limit: int
) -> list[ClosingSheet]:
    """Return the closings of the actor's units, newest first, without their reports."""
    found = queries.list_closings(session, _units(actor), before_id=before_id, limit=limit)
    return [ClosingSheet(closing, ()) for closing in found]


def find_report(session: Session, closing_id: int, number: int | None, actor: Actor) -> Report:
    """Return a report of the actor's units by its number, the newest for None.

    Raises:
        NotFoundError: no such closing in the actor's scope, or no such report.
    """
    queries.get_closing(session, closing_id, _units(actor))
    return queries.get_report(session, closing_id, number)


def _past_period(since: date, until: date, *, now: datetime) -> Period:
    period = make_period(since, until, now)
    if period.at < period.until:
        raise PeriodRunningError(
            "Kỳ chưa kết thúc nên chưa chốt được.", "the period is not over yet", field="until"
        )
    return period


def _gather(
    session: Session, unit_code: str, days: tuple[date, date], *, now: datetime
) -> Gathered:
    period = _past_period(*days, now=now)
    return gather(session, period, Place(unit_code), EVERYTHING, as_of=now)


def _is_doubtful(sheet: QualitySheet, gate: Gate) -> bool:
    total = sheet.total
    return gate.is_doubtful(total.spoiled, total.dossiers, len(sheet.discords))


def _seen(sheet: QualitySheet) -> dict[str, int]:
    total = sheet.total
    return {
        "dossiers": total.dossiers,
        "spoiled": total.spoiled,
        "discords": len(sheet.discords),
    }


def _doubtful(sheet: QualitySheet, gate: Gate) -> DataDoubtfulError:
    facts = {name: str(value) for name, value in _seen(sheet).items()}
    return DataDoubtfulError(
        "Dữ liệu của kỳ có nhiều hồ sơ gây lỗi thống kê; phải nêu lý do và có người thứ hai duyệt.",
        "too many dossiers spoil the statistics; give a reason, and a second person approves",
        most=f"{gate.most_spoiled:.4f}",
        **facts,
    )


def _close(
    session: Session, closing: Closing, gathered: Gathered, actor: Actor, *, now: datetime
) -> None:
    """Close with the very dossiers that went through the gate."""
    closing.status = ClosingStatus.CLOSED
    closing.closed_by, closing.closed_at = actor.username, now
    session.flush()
    made = Packed(gathered, pack_evidence(gathered))
    report(session, closing, made, Told(actor.username), now=now)


def pack_closing(session: Session, closing: Closing, *, now: datetime) -> Packed:
    """Return the evidence pack of a closing as its data are now."""
    gathered = _gather(session, closing.unit_code, (closing.since_on, closing.until_on), now=now)
    return Packed(gathered, pack_evidence(gathered))


def report(session: Session, closing: Closing, made: Packed, told: Told, *, now: datetime) -> None:
    """Keep a pack as what was reported of a closing, for ever."""
    session.add(
        Report(
            closing_id=closing.id,
            number=told.number,
            made_by=told.by,
            made_at=now,
            reason=told.reason,
            calendar_revision=made.gathered.calendar_revision,
            event_head=made.gathered.event_head,
            rules_sha256=rules_sha256(),
            sha256=seal_of(made.files),
            pack=zip_files(made.files),
        )
    )
    session.flush()
    action = AuditAction.PERIOD_RESTATED if told.number else AuditAction.PERIOD_CLOSED
    facts = {"number": told.number, "sha256": seal_of(made.files)}
    write_entry(session, _entry(action, closing, told.by, **facts), now=now)


def _entry(action: AuditAction, closing: Closing, by: str, **facts: Any) -> Entry:
    return Entry(action, by, f"closing {closing.id}", closing.unit_code, facts)


def take_closing(session: Session, which: Which, actor: Actor) -> Closing:
    """Return a closing of the actor's units, locked until the transaction ends.

    Raises:
        NotFoundError, StaleError: none such in the actor's scope; changed since it was read.
    """
    closing = queries.get_closing(session, which.id, _units(actor), for_change=True)
    if which.version not in {None, closing.version}:
        raise StaleError(
            "Kỳ báo cáo đã được người khác cập nhật; hãy tải lại.",
            "the closing changed since it was read",
            version=str(closing.version),
        )
    return closing


def changed(session: Session, closing: Closing) -> ClosingSheet:
    """Count a change of a closing, and return it."""
    closing.version += 1
    session.flush()
    return _sheet(session, closing)


def _sheet(session: Session, closing: Closing) -> ClosingSheet:
    return ClosingSheet(closing, queries.list_reports(session, closing.id))


def _units(actor: Actor) -> frozenset[str] | None:
    return None if actor.scope.everything else actor.scope.units
