"""Alerts as people see them: what became of them, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.ladder import AlertKind
from tthc.domain.moment import civil_day
from tthc.services.scope import within
from tthc.storage.queries import alert_lists as queries
from tthc.storage.queries.alert_lists import AlertRow
from tthc.storage.tables.alerts import DeliveryStatus


class AlertState(StrEnum):
    """Where an alert stands as a whole."""

    UNROUTED = "unrouted"
    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """An alert as a list shows it; ``deliveries`` counts its recipients, reached or not.

    ``acknowledged_by`` is a user name; ``snoozed_until`` is empty once its day has come.
    """

    id: int
    dossier_code: str
    kind: AlertKind
    rung: str
    amount: int | None
    unit_code: str | None
    due_at: datetime | None
    since_at: datetime | None
    raised_at: datetime
    state: AlertState
    deliveries: int
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    snoozed_until: date | None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Which alerts to list: of a unit, on a rung, older than an id; None asks for any."""

    unit_code: str | None
    rung: str | None
    before_id: int | None
    limit: int


def list_alerts(
    session: Session, wanted: AlertPage, actor: Actor, *, now: datetime
) -> Sequence[AlertEntry]:
    """Return the alerts of the actor's units, newest first.

    Raises:
        NotFoundError: ``wanted.unit_code`` is not among them.
    """
    scope = actor.scope
    if wanted.unit_code is not None:
        scope = within(scope, wanted.unit_code)
    rows = queries.list_alerts(
        session,
        units=None if scope.everything else scope.units,
        rung=wanted.rung,
        before_id=wanted.before_id,
        limit=wanted.limit,
    )
    return [entry_of(row, now=now) for row in rows]


def entry_of(row: AlertRow, *, now: datetime) -> AlertEntry:
    """Return an alert as it is shown at ``now``."""
    until_on = row.answers.until_on
    return AlertEntry(
        id=row.id,
        dossier_code=row.dossier_code,
        kind=row.kind,
        rung=row.rung,
        amount=row.amount,
        unit_code=row.unit_code,
        due_at=row.due_at,
        since_at=row.since_at,
        raised_at=row.raised_at,
        state=_state_of(row),
        deliveries=sum(row.deliveries.values()),
        acknowledged_by=row.answers.acknowledged_by,
        acknowledged_at=row.answers.acknowledged_at,
        snoozed_until=until_on if until_on and until_on > civil_day(now) else None,
    )


def _state_of(row: AlertRow) -> AlertState:
    """Return the state of the whole: one recipient who heard outweighs one who did not."""
    if row.withdrawn_at is not None:
        return AlertState.WITHDRAWN
    if row.routed_at is None:
        return AlertState.UNROUTED
    for status in (DeliveryStatus.WAITING, DeliveryStatus.SENT, DeliveryStatus.PARKED):
        if row.deliveries.get(status):
            return AlertState(status.value)
    return AlertState.WITHDRAWN
