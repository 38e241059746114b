"""Alerts from raised to routed or taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, false, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.domain.ladder import AT_DESK, AlertKind
from tthc.domain.lifecycle import OPEN, Status
from tthc.domain.overdue import DUE_MOVED
from tthc.storage.bulk import one_of
from tthc.storage.tables.alerts import Alert, Delivery, DeliveryStatus
from tthc.storage.tables.dossiers import Dossier

NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class UnroutedAlert:
    """An alert without recipients and its dossier as it stands now."""

    id: int
    kind: AlertKind
    rung: str
    is_stale: bool
    unit_code: str | None
    officer: str | None


IS_APOLOGISED = (Dossier.extension_count > 0) | func.coalesce(
    Dossier.apologised_at >= Dossier.due_set_at, false()
)
"""The citizen was apologised to, with another date or since the present one was given."""

_ENDED = Dossier.status.not_in(OPEN)
_HAS_ANOTHER_DATE = Dossier.due_version != Alert.due_version

IS_STALE = case(
    (Alert.kind == AlertKind.UNACCEPTED, Dossier.status != Status.REGISTERED),
    (
        Alert.kind == AlertKind.SUPPLEMENT,
        (Dossier.status != Status.SUPPLEMENT_REQUESTED)
        | (Dossier.supplement_count != Alert.occasion),
    ),
    (Alert.kind == AlertKind.UNCOLLECTED, Dossier.status != Status.FINISHED),
    (Alert.kind == AlertKind.UNDATED, _ENDED | Dossier.due_at.is_not(None)),
    (
        Alert.kind == AlertKind.UNAPOLOGISED,
        _ENDED | _HAS_ANOTHER_DATE | Dossier.stopped_at.is_not(None) | IS_APOLOGISED,
    ),
    else_=_ENDED | _HAS_ANOTHER_DATE | (Dossier.stopped_at < Dossier.overdue_at),
)
"""Nothing is left to be done about it.

Of a due date: the dossier ended, its clock stopped in time, or it has another date by now.
"""

UNIT = case(
    (Alert.kind.in_(AT_DESK), Dossier.receiving_unit),
    else_=Dossier.resolving_unit,
)
"""Whose it is to settle an alert."""


def raise_due_moved(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Insert for each dossier the notice that its due date moved; once for each due date."""
    moved = select(
        Dossier.id,
        Dossier.due_version,
        literal(AlertKind.NOTICE, Alert.kind.type),
        literal(DUE_MOVED),
        Dossier.resolving_unit,
        Dossier.due_at,
        literal(now, Alert.raised_at.type),
    ).where(Dossier.id == one_of(ids))
    columns = ["dossier_id", "due_version", "kind", "rung", "unit_code", "due_at", "raised_at"]
    session.execute(insert(Alert).from_select(columns, moved).on_conflict_do_nothing())


def take_unrouted(session: Session, *, limit: int) -> list[UnroutedAlert]:
    """Return alerts without recipients, oldest first, locked until the transaction ends.

    Those that another transaction is routing are left out.
    """
    query = (
        select(Alert.id, Alert.kind, Alert.rung, IS_STALE, UNIT, Dossier.officer)
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
        .values(routed_at=now, unit_code=UNIT)
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
