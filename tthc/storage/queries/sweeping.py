"""The sweep's questions: who waits longer than a rung allows, and was not told of yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    case,
    func,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.domain.dossier import StopReason
from tthc.domain.ladder import AT_DESK, UNDER_DUE_DATE, AlertKind, Rung
from tthc.domain.lifecycle import CLOCK_RUNS, Status
from tthc.domain.limits import Granularity
from tthc.domain.moment import civil_day
from tthc.storage.base import UtcDateTime
from tthc.storage.queries.alerts import IS_APOLOGISED
from tthc.storage.queries.answers import Matter, is_held
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.dossiers import ClockStop, Dossier

_RUNS = Dossier.status.in_(CLOCK_RUNS) & Dossier.stopped_at.is_(None)
_ASKED_AT = (
    select(ClockStop.started_at)
    .where(
        ClockStop.dossier_id == Dossier.id,
        ClockStop.reason == StopReason.SUPPLEMENT,
        ClockStop.ended_at.is_(None),
    )
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look looks at: which dossiers, and since when they wait (or are due).

    ``occasion`` counts what can come again; see ``Alert``.
    """

    kind: AlertKind
    where: ColumnElement[bool]
    since: ColumnElement[Any]
    occasion: ColumnElement[int] = field(default_factory=lambda: literal(0, Integer))


LATE_HOURS = Watched(
    AlertKind.DUE,
    _RUNS & (Dossier.due_granularity == Granularity.INSTANT),
    Dossier.due_at.expression,
)
"""Limits in hours."""

STOPPED_LATE = Watched(
    AlertKind.DUE,
    (Dossier.stopped_at >= Dossier.overdue_at) & Dossier.ended_at.is_(None),
    Dossier.due_at.expression,
)
"""Open dossiers whose clock stopped late."""

BY_KIND = {
    watched.kind: watched
    for watched in (
        Watched(AlertKind.DUE, _RUNS, Dossier.due_at.expression),
        Watched(
            AlertKind.UNACCEPTED,
            Dossier.status == Status.REGISTERED,
            func.coalesce(Dossier.registered_at, Dossier.recorded_at),
        ),
        Watched(
            AlertKind.SUPPLEMENT,
            Dossier.status == Status.SUPPLEMENT_REQUESTED,
            func.coalesce(_ASKED_AT, Dossier.last_event_at),
            Dossier.supplement_count.expression,
        ),
        Watched(
            AlertKind.UNCOLLECTED, Dossier.status == Status.FINISHED, Dossier.finished_at.expression
        ),
        Watched(
            AlertKind.UNAPOLOGISED,
            _RUNS & ~IS_APOLOGISED,
            Dossier.due_at.expression,
        ),
        Watched(
            AlertKind.UNDATED,
            Dossier.status.in_(CLOCK_RUNS) & Dossier.due_at.is_(None),
            Dossier.received_at.expression,
        ),
    )
}
"""Before acceptance no clock stops: a supplement then waits since the newest event."""


@dataclass(frozen=True, slots=True)
class Units:
    """Those units, or all but those; dossiers of no unit are among the latter."""

    codes: Collection[str] = frozenset()
    are_left_out: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """Which rung a query of the sweep raises, and for whom.

    Those who wait since ``[since, before)``, each end open where it is None; rungs in
    ``quieted_by`` quiet it when they were acknowledged.
    """

    watched: Watched
    rung: Rung
    quieted_by: frozenset[str]
    since: datetime | None
    before: datetime | None
    units: Units


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look has come to: everything up to this instant and dossier was looked at."""

    since: datetime
    dossier_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """From where a look goes on (None: its beginning), and how many dossiers it looks at."""

    after: Place | None
    size: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What one page of a look did. ``reached`` is None when nothing lies behind the page."""

    raised: int
    looked_at: int
    reached: Place | None


def ask_by_index(session: Session) -> None:
    """Let the rest of the transaction look things up by index, however small a table seems.

    A plan made while there were few alerts may be kept by the connection, and would read all of
    them for each dossier of a page.
    """
    session.execute(text("SET LOCAL enable_seqscan = off"))


def raise_alerts(session: Session, look: Look, page: Page, *, now: datetime) -> Looked:
    """Look at the next dossiers, longest waiting first, and alert those nobody told of.

    A dossier that already has an alert of the kind on this or a higher rung is left out, and so
    is one that an answer holds back. Two sweeps at once raise each alert once (unique key).

    The page bounds what is looked at, not what is raised, and whether a dossier was told is
    asked of it by index: the work grows with the dossiers, whatever the planner thinks of the
    tables. As an anti-join it came to a time-out where the statistics were older than a night.
    An instant is read only where the next page needs it: a damaged one may be unreadable.
    """
    at = _look_at(look, page)
    new = _untold(look, at, now=now)
    done = (
        insert(Alert)
        .from_select(list(new.selected_columns.keys()), new)
        .on_conflict_do_nothing()
        .returning(Alert.id)
        .cte("raised")
    )
    raised = select(func.count()).select_from(done).scalar_subquery()
    count = select(func.count()).select_from(at).scalar_subquery()
    is_full = count == page.size
    last = select(raised, count, case((is_full, at.c.since)), at.c.id)
    last = last.order_by(at.c.since.desc(), at.c.id.desc()).limit(1)
    row = session.execute(last.add_cte(done)).one_or_none()
    if row is None:
        return Looked(0, 0, None)
    how_many, looked_at, since, dossier_id = row
    return Looked(how_many, looked_at, Place(since, dossier_id) if looked_at == page.size else None)


def _look_at(look: Look, page: Page) -> CTE:
    watched, d = look.watched, Dossier
    since = watched.since
    unit = (d.receiving_unit if watched.kind in AT_DESK else d.resolving_unit).expression
    version = d.due_version if watched.kind in UNDER_DUE_DATE else literal(0, Integer)
    query = select(
        d.id,
        version.label("due_version"),
        watched.occasion.label("occasion"),
        unit.label("unit_code"),
        d.due_at,
        since.label("since"),
    ).where(watched.where, *_within(look, since, unit))
    if page.after is not None:
        place = tuple_(literal(page.after.since, UtcDateTime), literal(page.after.dossier_id))
        query = query.where(tuple_(since, d.id) > place)
    return query.order_by(since, d.id).limit(page.size).cte("looked_at")


def _within(
    look: Look, since: ColumnElement[Any], unit: ColumnElement[Any]
) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if look.since is not None:
        found.append(since >= look.since)
    if look.before is not None:
        found.append(since < look.before)
    codes = sorted(look.units.codes)
    if not look.units.are_left_out:
        found.append(unit.in_(codes))
    elif codes:
        found.append(func.coalesce(unit, "").not_in(codes))
    return found


def _untold(look: Look, at: CTE, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the alerts to insert; a waiting that the due date tells has no ``since_at``."""
    rung, is_due = look.rung, look.watched.kind in UNDER_DUE_DATE
    matter = Matter(look.watched.kind, at.c.id, at.c.due_version, at.c.occasion)
    return select(
        at.c.id.label("dossier_id"),
        at.c.due_version,
        literal(rung.kind, Alert.kind.type).label("kind"),
        literal(rung.code).label("rung"),
        literal(rung.amount, Integer).label("amount"),
        at.c.occasion,
        at.c.unit_code,
        at.c.due_at,
        (literal(None, UtcDateTime) if is_due else at.c.since).label("since_at"),
        literal(now, UtcDateTime).label("raised_at"),
    ).where(
        func.coalesce(_highest_told(matter), _NEVER) < rung.amount,
        ~is_held(matter, look.quieted_by, today=civil_day(now)),
    )


_NEVER = -1_000_000


def _highest_told(matter: Matter) -> ScalarSelect[int | None]:
    return select(func.max(Alert.amount)).where(matter.is_that_of(Alert)).scalar_subquery()
