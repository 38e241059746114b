"""Use cases of one dossier: lodge it, act on it, read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.actions import TimeOrderError, act
from tthc.domain.codes import DossierCode
from tthc.domain.dossier import Channel, Details, DossierState
from tthc.domain.errors import ConflictError, ForbiddenError, RuleError, StaleError
from tthc.domain.lifecycle import Action
from tthc.domain.moment import civil_day, start_of_day
from tthc.domain.notices import kind_of
from tthc.domain.outcomes import Outcome, Rules, choose_limit, receive
from tthc.domain.parties import NotifyBy, PartyRole
from tthc.domain.receipt import NewDossier
from tthc.domain.replaying import limit_of
from tthc.services.notices import tell_applicant
from tthc.services.recording import (
    UNBORN,
    Happening,
    present_due,
    record_birth,
    record_change,
    record_party,
    state_of,
)
from tthc.services.reference import Reference, UnitEntry, load_reference
from tthc.services.staging import plan_of
from tthc.storage.queries import dossiers as queries
from tthc.storage.queries.dossiers import DossierFilter, ListedDossier
from tthc.storage.tables.dossiers import Dossier, DossierEvent, Party


class AgencyCodeMissingError(ConflictError):
    """The receiving unit has no agency code yet, so no dossier number can be given."""

    code = "agency_code_missing"


@dataclass(frozen=True, slots=True)
class DossierSheet:
    """A dossier with the persons in it, as its reader may see it."""

    dossier: Dossier
    parties: Sequence[Party]


def lodge_dossier(
    session: Session, new: NewDossier, actor: Actor, *, now: datetime
) -> DossierSheet:
    """Record an application: received at the desk or by post, registered when online.

    The clock of an online dossier starts when it is accepted, not when it is submitted. The
    code is given at once, its date being the day of receipt (or submission).

    Raises:
        ForbiddenError: the receiving unit is not the actor's.
        ContactMissingError: the applicant wants to be told and gave no address.
        RuleError: unknown unit, procedure or case, a channel not offered, a future time.
        CalendarGapError: the limit reaches a year without a calendar.
    """
    reference = load_reference(session)
    contact = new.contact
    at = claimed_time(new.happened_at, now=now)
    receiving = _receiving_unit(reference, new, actor)
    resolving = reference.unit(new.resolving_unit or receiving.code, field="resolving_unit")
    wanted = (new.case_code, new.channel, new.area_class or resolving.area_class)
    offered = reference.offered(new.procedure_code, civil_day(at), wanted)
    state = replace(
        choose_limit(_first_state(new, at), offered.offer.id, offered.cited),
        receiving_unit=receiving.code,
        resolving_unit=resolving.code,
    )
    offices = reference.offices(receiving.code, resolving.code)
    plan = reference.plan(offered, receiving.code, resolving.code)
    rules = Rules(offices, offered.offer.limit, None, offered.offer.id, offered.cited, plan)
    is_online = new.channel is Channel.ONLINE
    outcome = Outcome(state) if is_online else receive(state, at=at, rules=rules)
    code = _next_code(session, receiving, civil_day(at))
    dossier = Dossier(
        code=str(code),
        summary=new.summary,
        papers=[asdict(paper) for paper in new.papers],
        fees=[asdict(fee) for fee in new.fees],
        recorded_at=now,
    )
    action = Action.REGISTER if is_online else Action.RECEIVE
    told = Happening(action, actor.username, at, now, {"case_code": new.case_code})
    record_birth(session, dossier, outcome, told)
    applicant = (PartyRole.APPLICANT, new.applicant, contact.notify_by)
    persons = [applicant, (PartyRole.OWNER, new.owner, NotifyBy.NONE)]
    parties = [
        record_party(session, dossier.id, role, person, notify_by=notify_by)
        for role, person, notify_by in persons
        if person is not None
    ]
    kind = kind_of(action, UNBORN, outcome.state)
    tell_applicant(session, dossier, kind, parties, now=now)
    return DossierSheet(dossier, parties)


def claimed_time(happened_at: datetime | None, *, now: datetime) -> datetime:
    """Return the claimed time of an event, ``now`` when nothing was claimed.

    Raises:
        TimeOrderError: the claimed time lies in the future.
    """
    if happened_at is not None and happened_at > now:
        raise TimeOrderError(
            "Thời điểm ghi nhận không được ở tương lai.",
            "the claimed time lies in the future",
            field="happened_at",
        )
    return happened_at or now


def _receiving_unit(reference: Reference, new: NewDossier, actor: Actor) -> UnitEntry:
    code = new.receiving_unit or actor.scope.only_unit
    if code is None:
        raise RuleError(
            "Phải chọn đơn vị tiếp nhận.", "name the receiving unit", field="receiving_unit"
        )
    unit = reference.unit(code, field="receiving_unit")
    if not actor.scope.covers(unit.code):
        raise ForbiddenError(
            "Đơn vị tiếp nhận ngoài phạm vi của người dùng.",
            "the receiving unit is outside the caller's scope",
            field="receiving_unit",
        )
    return unit


def _first_state(new: NewDossier, at: datetime) -> DossierState:
    return DossierState(
        version=1,
        procedure_code=new.procedure_code,
        channel=new.channel,
        submitted_by=new.submitted_by,
        registered_at=at,
        return_form=new.return_form,
        payment_kind=new.payment,
        fee_total=new.fee_total,
        paper_count=len(new.papers),
        digitised_count=sum(paper.is_digitised for paper in new.papers),
        reused_count=sum(paper.is_reused for paper in new.papers),
        last_event_at=at,
    )


def _next_code(session: Session, unit: UnitEntry, day: date) -> DossierCode:
    if unit.agency_code is None:
        raise AgencyCodeMissingError(
            f"{unit.name} chưa có mã định danh cơ quan.",
            f"unit {unit.code} has no agency code yet",
            field="receiving_unit",
        )
    number = queries.take_number(session, unit.agency_code, day)
    return DossierCode(unit.agency_code, day, number)


@dataclass(frozen=True, slots=True)
class Command:
    """What an action is told, on the version its caller saw (None: on any)."""

    details: Details
    expected_version: int | None = None
    happened_at: datetime | None = None


def act_on_dossier(
    session: Session, code: str, order: tuple[Action, Command], actor: Actor, *, now: datetime
) -> DossierSheet:
    """Move a dossier one step: row, event, due date and stops together.

    Raises:
        NotFoundError: no such dossier in the actor's scope.
        StaleError: somebody changed it since.
        TransitionRefusedError, RuleError: the rules refuse it.
    """
    action, command = order
    dossier = queries.get_dossier(session, code, actor.scope, for_change=True)
    if command.expected_version not in (None, dossier.version):
        raise StaleError(
            "Hồ sơ đã được người khác cập nhật; hãy tải lại.",
            "the dossier changed since it was read",
            version=str(dossier.version),
        )
    reference = load_reference(session)
    at = claimed_time(command.happened_at, now=now)
    rules = rules_of(session, dossier, reference, day=civil_day(at))
    if command.details.responsible_unit is not None:
        reference.unit(command.details.responsible_unit, field="responsible_unit")
    before = state_of(dossier)
    outcome = act(before, action, command.details, at=at, rules=rules)
    facts = command.details.as_facts() | dict(outcome.facts)
    told = Happening(action, actor.username, at, now, facts)
    record_change(session, dossier, outcome, told)
    parties = queries.list_parties(session, [dossier.id])
    kind = kind_of(action, before, outcome.state)
    tell_applicant(session, dossier, kind, parties, now=now)
    return DossierSheet(dossier, parties)


def rules_of(session: Session, dossier: Dossier, reference: Reference, *, day: date) -> Rules:
    """Return the rules a dossier lives by.

    Once received it keeps the limit of its day of receipt for life, as its derivation cites it.
    Before that, the version in force on ``day`` is the one that will count.

    Raises:
        ProcedureNotInForceError, CaseUnknownError, ChannelNotOfferedError: it was registered
            under a version that ended before it was received, and the new one has no such case.
    """
    offices = reference.offices(dossier.receiving_unit, dossier.resolving_unit)
    due = present_due(session, dossier)
    limit = limit_of(due) if due else None
    offered = reference.offers.get(dossier.limit_id or 0)
    if dossier.received_at is None and offered is not None:
        old = offered.offer
        wanted = (old.case_code, old.channel, old.area_class)
        offered = reference.offered(offered.entry.code, day, wanted)
    plan = plan_of(session, dossier, offered, reference)
    if limit is not None or offered is None:
        return Rules(offices, limit, due, stages=plan)
    return Rules(offices, offered.offer.limit, due, offered.offer.id, offered.cited, plan)


def find_dossier(session: Session, code: str, actor: Actor) -> DossierSheet:
    """Return one dossier with its persons, or raise NotFoundError."""
    dossier = queries.get_dossier(session, code, actor.scope)
    return DossierSheet(dossier, queries.list_parties(session, [dossier.id]))


def make_filter(wanted: Mapping[str, Any], *, now: datetime) -> DossierFilter:
    """Return the filter for what a caller wants: names of DossierFilter, days, ``overdue``."""
    since, until = wanted["received_since"], wanted["received_until"]
    return DossierFilter(
        status=wanted["status"],
        unit_code=wanted["unit_code"],
        procedure_code=wanted["procedure_code"],
        channel=wanted["channel"],
        received_since=start_of_day(since) if since else None,
        received_until=start_of_day(until) if until else None,
        overdue_at=now if wanted["overdue"] else None,
    )


@dataclass(frozen=True, slots=True)
class DossierLine:
    """A dossier in a list, with the name of who applied."""

    dossier: ListedDossier
    applicant_name: str | None


def list_dossiers(
    session: Session, wanted: DossierFilter, actor: Actor, *, before_id: int | None, limit: int
) -> list[DossierLine]:
    """Return a page of the actor's dossiers, newest first, with their applicants' names."""
    found = queries.list_dossiers(session, actor.scope, wanted, before_id=before_id, limit=limit)
    names = queries.map_applicants(session, [dossier.id for dossier in found]) if found else {}
    return [DossierLine(dossier, names.get(dossier.id)) for dossier in found]


def list_newest(session: Session, actor: Actor, *, limit: int) -> list[DossierLine]:
    """Return the actor's newest dossiers."""
    return list_dossiers(session, DossierFilter(), actor, before_id=None, limit=limit)


def list_history(session: Session, code: str, actor: Actor) -> Sequence[DossierEvent]:
    """Return everything that happened to a dossier, oldest first, or raise NotFoundError."""
    return queries.list_events(session, queries.get_dossier(session, code, actor.scope).id)
