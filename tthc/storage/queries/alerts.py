"""Alerts from raised to routed or taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    ScalarSelect,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.domain.lifecycle import CLOCK_RUNS, OPEN
from tthc.domain.limits import Granularity
from tthc.domain.moment import civil_day
from tthc.domain.overdue import DUE_MOVED, Reached, Rung
from tthc.storage.base import UtcDateTime
from tthc.storage.bulk import one_of
from tthc.storage.queries.answers import is_held
from tthc.storage.tables.alerts import Alert, Delivery, DeliveryStatus
from tthc.storage.tables.dossiers import Dossier

NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class UnroutedAlert:
    """An alert without recipients and its dossier as it stands now."""

    id: int
    rung: str
    is_stale: bool
    unit_code: str | None
    officer: str | None


_RUNS = Dossier.status.in_(CLOCK_RUNS) & Dossier.stopped_at.is_(None)
_STOPPED_LATE = (Dossier.stopped_at >= Dossier.overdue_at) & Dossier.ended_at.is_(None)

IS_STALE = (
    Dossier.status.not_in(OPEN)
    | (Dossier.stopped_at < Dossier.overdue_at)
    | (Dossier.due_version != Alert.due_version)
)
"""The dossier ended, its clock stopped in time, or it has another due date by now."""


@dataclass(frozen=True, slots=True)
class Look:
    """Which rung a query of the sweep raises, and the rungs whose acknowledgement quiets it."""

    rung: Rung
    quieted_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a look has come to: everything up to this due date and dossier was looked at."""

    due_at: datetime
    dossier_id: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What one page of a look did. ``reached`` is None when nothing lies behind the page."""

    raised: int
    looked_at: int
    reached: Place | None


@dataclass(frozen=True, slots=True)
class Page:
    """From where a look goes on (None: its beginning), and how many dossiers it looks at."""

    after: Place | None
    size: int


def raise_alerts(
    session: Session, look: Look, reached: Reached, page: Page, *, now: datetime
) -> Looked:
    """Insert alerts for the running dossiers of a page that stand on a rung.

    A dossier whose present due date already has an alert on this or a higher rung is left
    out, and so is one that an answer holds back. Two sweeps at once raise each alert once
    (unique key).
    """
    standing = [_RUNS, Dossier.due_at < reached.due_before]
    if reached.due_from is not None:
        standing.append(Dossier.due_at >= reached.due_from)
    return _raise(session, look, standing, page, now=now)


def raise_late_hours(session: Session, look: Look, page: Page, *, now: datetime) -> Looked:
    """Insert alerts for limits in hours that ran out."""
    hours = Dossier.due_granularity == Granularity.INSTANT
    return _raise(session, look, [_RUNS, hours, Dossier.due_at < now], page, now=now)


def raise_stopped_late(session: Session, look: Look, page: Page, *, now: datetime) -> Looked:
    """Insert alerts for open dossiers whose clock stopped late."""
    return _raise(session, look, [_STOPPED_LATE], page, now=now)


def _raise(
    session: Session,
    look: Look,
    standing: Sequence[ColumnElement[bool]],
    page: Page,
    *,
    now: datetime,
) -> Looked:
    """Look at the next dossiers in order of their due dates, and alert those nobody told of.

    The page bounds what is looked at, not what is raised, and whether a dossier was told is
    asked of it by index: the work grows with the dossiers, whatever the planner thinks of the
    tables. As an anti-join it came to a time-out where the statistics were older than a night.
    """
    at = _look_at(standing, page)
    told = _highest_told(at)
    found = select(
        at.c.id,
        at.c.due_version,
        literal(look.rung.code),
        literal(look.rung.working_days, Integer),
        at.c.resolving_unit,
        at.c.due_at,
        literal(now, Alert.raised_at.type),
    ).where(
        func.coalesce(told, _NEVER) < look.rung.working_days,
        ~is_held(at.c.id, at.c.due_version, look.quieted_by, today=civil_day(now)),
    )
    columns = ["dossier_id", "due_version", "rung", "working_days"]
    columns += ["unit_code", "due_at", "raised_at"]
    done = (
        insert(Alert)
        .from_select(columns, found)
        .on_conflict_do_nothing()
        .returning(Alert.id)
        .cte("raised")
    )
    raised = select(func.count()).select_from(done).scalar_subquery()
    count = select(func.count()).select_from(at).scalar_subquery()
    last = select(raised, count, at.c.due_at, at.c.id)
    last = last.order_by(at.c.due_at.desc(), at.c.id.desc()).limit(1)
    row = session.execute(last.add_cte(done)).one_or_none()
    if row is None:
        return Looked(0, 0, None)
    how_many, looked_at, due_at, dossier_id = row
    reached = Place(due_at, dossier_id) if looked_at == page.size else None
    return Looked(how_many, looked_at, reached)


_NEVER = -1_000_000


def _look_at(standing: Sequence[ColumnElement[bool]], page: Page) -> CTE:
    query = select(Dossier.id, Dossier.due_version, Dossier.resolving_unit, Dossier.due_at)
    query = query.where(*standing)
    if page.after is not None:
        place = tuple_(literal(page.after.due_at, UtcDateTime), literal(page.after.dossier_id))
        query = query.where(tuple_(Dossier.due_at, Dossier.id) > place)
    query = query.order_by(Dossier.due_at, Dossier.id).limit(page.size)
    return query.cte("looked_at")


def _highest_told(at: CTE) -> ScalarSelect[int | None]:
    return (
        select(func.max(Alert.working_days))
        .where(Alert.dossier_id == at.c.id, Alert.due_version == at.c.due_version)
        .scalar_subquery()
    )


def raise_due_moved(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Insert for each dossier the notice that its due date moved; once for each due date."""
    moved = select(
        Dossier.id,
        Dossier.due_version,
        literal(DUE_MOVED),
        Dossier.resolving_unit,
        Dossier.due_at,
        literal(now, Alert.raised_at.type),
    ).where(Dossier.id == one_of(ids))
    columns = ["dossier_id", "due_version", "rung", "unit_code", "due_at", "raised_at"]
    session.execute(insert(Alert).from_select(columns, moved).on_conflict_do_nothing())


def take_unrouted(session: Session, *, limit: int) -> list[UnroutedAlert]:
    """Return alerts without recipients, oldest first, locked until the transaction ends.

    Those that another transaction is routing are left out.
    """
    query = (
        select(Alert.id, Alert.rung, IS_STALE, Dossier.resolving_unit, Dossier.officer)
        .join(Dossier, Dossier.id == Alert.dossier_id)
        .where(Alert.routed_at.is_(None))
        .order_by(Alert.id)
        .limit(limit)
        .with_for_update(of=Alert, skip_locked=True)
    )
    return [UnroutedAlert(*row) for row in session.execute(query)]


def mark_routed(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Note that alerts have their recipients, and the unit whose they are."""
    session.execute(
        update(Alert)
        .where(Alert.id.in_(ids), Dossier.id == Alert.dossier_id)
        .values(routed_at=now, unit_code=Dossier.resolving_unit)
        .execution_options(**NO_SYNC)
    )


def mark_withdrawn(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Take alerts back of which nobody heard; the others stand."""
    heard = (
        select(Delivery.id)
        .where(Delivery.alert_id == Alert.id, Delivery.status == DeliveryStatus.SENT)
        .exists()
    )
    session.execute(
        update(Alert)
        .where(Alert.id.in_(ids), ~heard)
        .values(withdrawn_at=now, routed_at=func.coalesce(Alert.routed_at, now))
        .execution_options(**NO_SYNC)
    )


def reopen(session: Session, ids: Collection[int]) -> None:
    """Let recipients be found anew."""
    session.execute(
        update(Alert)
        .where(Alert.id.in_(ids), Alert.withdrawn_at.is_(None))
        .values(routed_at=None)
        .execution_options(**NO_SYNC)
    )


def count_unrouted(session: Session) -> int:
    """Return how many alerts wait for recipients."""
    query = select(func.count()).select_from(Alert).where(Alert.routed_at.is_(None))
    return session.scalar(query) or 0
