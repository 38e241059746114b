"""Alerts from raised to routed or taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.domain.lifecycle import CLOCK_RUNS, OPEN
from tthc.domain.limits import Granularity
from tthc.domain.moment import civil_day
from tthc.domain.overdue import DUE_MOVED, Reached, Rung
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


def raise_alerts(
    session: Session, look: Look, reached: Reached, *, now: datetime, limit: int
) -> int:
    """Insert up to ``limit`` alerts for running dossiers standing on a rung; return how many.

    A dossier whose present due date already has an alert on this or a higher rung is left
    out, and so is one that an answer holds back. Two sweeps at once raise each alert once
    (unique key).
    """
    standing = [_RUNS, Dossier.due_at < reached.due_before]
    if reached.due_from is not None:
        standing.append(Dossier.due_at >= reached.due_from)
    return _raise(session, look, standing, now=now, limit=limit)


def raise_late_hours(session: Session, look: Look, *, now: datetime, limit: int) -> int:
    """Insert alerts for limits in hours that ran out; return how many."""
    hours = Dossier.due_granularity == Granularity.INSTANT
    return _raise(session, look, [_RUNS, hours, Dossier.due_at < now], now=now, limit=limit)


def raise_stopped_late(session: Session, look: Look, *, now: datetime, limit: int) -> int:
    """Insert alerts for open dossiers whose clock stopped late; return how many."""
    return _raise(session, look, [_STOPPED_LATE], now=now, limit=limit)


def _raise(
    session: Session,
    look: Look,
    standing: Sequence[ColumnElement[bool]],
    *,
    now: datetime,
    limit: int,
) -> int:
    rung, held = look.rung, is_held(look.quieted_by, today=civil_day(now))
    told = (
        select(Alert.id)
        .where(
            Alert.dossier_id == Dossier.id,
            Alert.due_version == Dossier.due_version,
            Alert.working_days >= rung.working_days,
        )
        .exists()
    )
    found = (
        select(
            Dossier.id,
            Dossier.due_version,
            literal(rung.code),
            literal(rung.working_days, Integer),
            Dossier.resolving_unit,
            Dossier.due_at,
            literal(now, Alert.raised_at.type),
        )
        .where(*standing, ~told, ~held)
        .order_by(Dossier.due_at, Dossier.id)
        .limit(limit)
    )
    columns = ["dossier_id", "due_version", "rung", "working_days"]
    columns += ["unit_code", "due_at", "raised_at"]
    query = insert(Alert).from_select(columns, found).on_conflict_do_nothing()
    done = session.execute(query, execution_options={"preserve_rowcount": True})
    return done.rowcount  # type: ignore[attr-defined, no-any-return]


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
