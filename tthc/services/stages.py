"""Where a dossier is among its stages, which are behind, and whose its lateness is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.attribution import (
    Promise,
    Worked,
    attribute,
    is_behind,
    late_minutes,
    standstills,
    used_minutes,
)
from tthc.domain.counting import Stop
from tthc.domain.errors import CalendarGapError
from tthc.domain.stages import PlannedStage
from tthc.services.reference import Reference, load_reference
from tthc.storage.queries.dossiers import get_dossier, list_stops
from tthc.storage.queries.stages import list_stages
from tthc.storage.tables.dossiers import ClockStop, Dossier
from tthc.storage.tables.stages import DossierStage


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage that was entered. Minutes are working minutes in which the clock ran.

    ``late_minutes`` is its part of the dossier's.
    """

    row: DossierStage
    is_behind: bool
    used_minutes: int | None
    late_minutes: int | None


@dataclass(frozen=True, slots=True)
class StageSheet:
    """The stages of a dossier; no lines for one that has none. Minutes as in its lines.

    Attributes:
        ahead: the stages not entered in this round.
        is_skipped: it ended, so that those ahead never come.
        late_minutes: of the whole; the lines' add up to it. Minutes are None where no calendar
            covers the days.
    """

    dossier: Dossier
    lines: Sequence[StageLine]
    ahead: Sequence[PlannedStage]
    is_skipped: bool
    is_overdue: bool
    used_minutes: int | None
    late_minutes: int | None


def show_stages(session: Session, code: str, actor: Actor, *, now: datetime) -> StageSheet:
    """Return where a dossier is among its stages, or raise NotFoundError."""
    dossier = get_dossier(session, code, actor.scope)
    reference = load_reference(session)
    rows = list_stages(session, dossier.id) if dossier.stage_round else ()
    stops = list_stops(session, dossier.id) if dossier.stop_count else ()
    until = dossier.ended_at or now
    stood = stood_until(stops, until)
    promise = promise_of(dossier, reference, now=now)
    stages = [worked(row, reference, until) for row in rows]
    used, late = _measure(promise, stages, stood)
    total = _total(promise, stood)
    return StageSheet(
        dossier=dossier,
        lines=[
            StageLine(row, is_behind(stage, stood), *minutes)
            for row, stage, *minutes in zip(rows, stages, used, late, strict=True)
        ],
        ahead=_ahead(dossier, reference),
        is_skipped=dossier.ended_at is not None,
        is_overdue=promise is not None and promise.judged_at >= promise.overdue_at,
        used_minutes=None if None in used else sum(n or 0 for n in used),
        late_minutes=total,
    )


def stood_until(stops: Iterable[ClockStop], until: datetime) -> list[Stop]:
    """Return when the clock stood; a stop still open lasts until then."""
    return standstills(Stop(stop.started_at, stop.ended_at or until) for stop in stops)


def promise_of(dossier: Dossier, reference: Reference, *, now: datetime) -> Promise | None:
    """Return what a dossier was promised and when that is judged; None without a due date."""
    if dossier.due_at is None or dossier.overdue_at is None:
        return None
    judged_at = dossier.stopped_at or dossier.ended_at or now
    work = reference.offices(dossier.receiving_unit, dossier.resolving_unit).work
    return Promise(dossier.due_at, dossier.overdue_at, judged_at, work)


def worked(row: DossierStage, reference: Reference, until: datetime) -> Worked:
    """Return a stage as far as it went; one that still runs went until then."""
    calendar = reference.calendar_of(row.unit_code)
    return Worked(row.started_at, row.ended_at or until, row.due_at, row.overdue_at, calendar)


_Minutes = Sequence[int | None]


def _measure(
    promise: Promise | None, stages: Sequence[Worked], stood: Sequence[Stop]
) -> tuple[_Minutes, _Minutes]:
    """Return used and late minutes of each stage; None where no calendar covers the days."""
    unknown = [None] * len(stages)
    try:
        used = [used_minutes(stage, stood) for stage in stages]
        late = attribute(promise, stages, stood) if promise else [0] * len(stages)
    except CalendarGapError:
        return unknown, unknown
    return used, late


def _total(promise: Promise | None, stood: Sequence[Stop]) -> int | None:
    try:
        return late_minutes(promise, stood) if promise else 0
    except CalendarGapError:
        return None


def _ahead(dossier: Dossier, reference: Reference) -> Sequence[PlannedStage]:
    offered = reference.offers.get(dossier.limit_id or 0)
    if dossier.current_stage is None or offered is None:
        return ()
    plan = reference.plan(offered, dossier.receiving_unit, dossier.resolving_unit)
    return plan.after(dossier.current_stage) if plan else ()
