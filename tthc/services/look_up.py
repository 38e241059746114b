"""How a dossier stands, for whoever holds its slip: no name, no officer, nothing staff typed.

Choice: docs/decisions/look-up.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from sqlalchemy.orm import Session

from tthc.domain.accounts import PERMISSIONS, Account, Actor, Permission
from tthc.domain.dossier import ReturnForm, StopReason
from tthc.domain.errors import TooManyError
from tthc.domain.letters import describe_hours
from tthc.domain.lifecycle import Status
from tthc.domain.look_up import clean_code, is_same, prefix_of, secret_of
from tthc.domain.moment import civil_day
from tthc.domain.overdue import days_late
from tthc.domain.scope import EVERYTHING
from tthc.services.deadlines import Explanation, explain_due
from tthc.services.recording import present_due
from tthc.services.reference import Reference, load_reference
from tthc.services.satisfaction import may_be_rated
from tthc.storage.queries import look_up as queries
from tthc.storage.queries.dossiers import get_dossier, list_stops
from tthc.storage.queries.stages import find_stage
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.look_up import LookUpIssue

FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_OF_ADDRESS = 60
FAILURES_OF_PREFIX = 200


class LookUpThrottledError(TooManyError):
    """Too many look-ups that found nothing, from one address or of codes alike."""

    code = "look_up_throttled"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed, and where it came from."""

    code: str
    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What the holder of a slip is told. Every text in it is reference data or a code list.

    Attributes:
        told: the due date in force and why, in the sentences of the desk.
        days_left: working days to the due day, below 0 behind it; None without a due date, or
            outside the calendar's years.
        stopped_for: why the clock stands still, None while it runs.
        limit_on: the last day on which what is asked for may be handed in, where one was set.
        stage, agency: the stage it is in and who is at work there, where it has stages.
        desk, agency_name: who received it, and who decides; empty where not known.
        hours: when that desk is open, in Vietnamese.
        is_to_rate: the result was returned and nobody has rated the dossier yet.
    """

    code: str
    procedure: str
    status: Status
    registered_at: datetime | None
    received_at: datetime | None
    told: Explanation
    original_due_at: datetime | None
    days_left: int | None
    stopped_for: StopReason | None
    limit_on: date | None
    apologised_at: datetime | None
    stage: str
    agency: str
    return_form: ReturnForm
    finished_at: datetime | None
    returned_at: datetime | None
    desk: str
    agency_name: str
    hours: str
    is_to_rate: bool


def open_by_secret(session: Session, asked: Asked, *, secret_key: str, now: datetime) -> str | None:
    """Return the code of the dossier that these two belong to, None for anything else.

    Whatever is wrong costs the same statements, the same digest and the same comparison, and is
    counted: commit. What is right is never refused, so nobody can lock a citizen out.

    Raises:
        LookUpThrottledError: wrong again, after too many from there or of codes like it; nothing
            more is counted.
    """
    code = clean_code(asked.code)
    issue = queries.find_issue(session, code)
    secret = secret_of(secret_key, code, issue or 0)
    is_right = is_same(asked.secret, secret)
    if is_right and issue is not None:
        return code
    _count_failure(session, prefix_of(code), asked.address, now=now)
    return None


def _count_failure(session: Session, prefix: str, address: str, *, now: datetime) -> None:
    tally = queries.tally_failures(session, prefix, address, since=now - FAILURE_WINDOW)
    limits = (
        (tally.of_address, FAILURES_OF_ADDRESS, tally.oldest_of_address),
        (tally.of_prefix, FAILURES_OF_PREFIX, tally.oldest_of_prefix),
    )
    for count, limit, oldest in limits:
        if count >= limit and oldest is not None:
            left = (oldest + FAILURE_WINDOW - now).total_seconds()
            raise LookUpThrottledError(
                "Tra cứu sai quá nhiều lần; hãy thử lại sau.",
                "too many look-ups that found nothing; try again later",
                retry_after=max(1, ceil(left)),
            )
    queries.add_failure(session, prefix, address, at=now)


def purge_failures(session: Session, *, now: datetime) -> int:
    """Forget failures that no longer count; return how many."""
    return queries.delete_failures_before(session, now - FAILURE_WINDOW)


def show_progress(session: Session, code: str, *, now: datetime) -> Progress:
    """Return how a dossier stands, for whoever has shown its secret."""
    dossier = get_dossier(session, code, EVERYTHING)
    reference = load_reference(session)
    work = reference.offices(dossier.receiving_unit, dossier.resolving_unit).work
    judged_at = dossier.stopped_at or dossier.ended_at or now
    told = explain_due(present_due(session, dossier), work, judged_at=judged_at)
    stopped_for, limit_on = _present_stop(session, dossier)
    stage, agency = _present_stage(session, dossier, reference)
    desk = dossier.receiving_unit or ""
    return Progress(
        code=dossier.code,
        procedure=_procedure(dossier, reference),
        status=dossier.status,
        registered_at=dossier.registered_at,
        received_at=dossier.received_at,
        told=told,
        original_due_at=dossier.original_due_at,
        days_left=_negated(days_late(told.due.due_at, now, work)) if told.due else None,
        stopped_for=stopped_for,
        limit_on=limit_on,
        apologised_at=dossier.apologised_at,
        stage=stage,
        agency=agency,
        return_form=dossier.return_form or ReturnForm.AT_DESK,
        finished_at=dossier.finished_at,
        returned_at=dossier.returned_at,
        desk=_unit_name(reference, desk),
        agency_name=_unit_name(reference, dossier.resolving_unit or ""),
        hours=describe_hours(reference.calendar_of(desk).week_of(civil_day(now))),
        is_to_rate=may_be_rated(session, dossier),
    )


def _negated(days: int | None) -> int | None:
    return None if days is None else -days


def _procedure(dossier: Dossier, reference: Reference) -> str:
    entry = reference.procedures.get(dossier.procedure_code or "")
    return entry.name if entry else dossier.procedure_code or ""


def _unit_name(reference: Reference, code: str) -> str:
    unit = reference.units.get(code)
    return unit.name if unit else ""


def _present_stop(session: Session, dossier: Dossier) -> tuple[StopReason | None, date | None]:
    """Return why the clock stands, and till when; what the citizen is waited for comes first."""
    if dossier.ended_at is not None or not dossier.stop_count:
        return None, None
    stops = list_stops(session, dossier.id, open_only=True)
    waiting = [stop for stop in stops if stop.reason is not dossier.paused_for] or stops
    return (waiting[0].reason, waiting[0].limit_on) if waiting else (None, None)


def _present_stage(session: Session, dossier: Dossier, reference: Reference) -> tuple[str, str]:
    if dossier.current_stage is None or dossier.ended_at is not None:
        return "", ""
    stage = find_stage(session, dossier.id, dossier.stage_round, dossier.current_stage)
    if stage is None:
        return "", ""
    return stage.name, stage.agency or _unit_name(reference, stage.unit_code or "")


def secret_for(
    session: Session, dossier: Dossier, account: Account, *, secret_key: str
) -> str | None:
    """Return the secret in force to somebody who keeps a desk of the dossier, else None."""
    units = (dossier.receiving_unit, dossier.resolving_unit)
    keeps_desk = any(
        Permission.DOSSIER_RECEIVE in PERMISSIONS[grant.role] and grant.scope.covers(*units)
        for grant in account.grants
    )
    if not keeps_desk:
        return None
    return secret_of(secret_key, dossier.code, queries.present_issue(session, dossier.id))


def issue_secret(session: Session, code: str, actor: Actor, *, now: datetime) -> None:
    """Give a dossier a new secret; the one before ends at once.

    Raises:
        NotFoundError: no such dossier in the actor's scope.
    """
    dossier = get_dossier(session, code, actor.scope, for_change=True)
    number = queries.present_issue(session, dossier.id) + 1
    session.add(
        LookUpIssue(dossier_id=dossier.id, number=number, issued_at=now, issued_by=actor.username)
    )
    session.flush()
