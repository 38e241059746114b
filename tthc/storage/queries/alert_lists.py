"""Alerts as they are shown: in lists, and one by one to answer them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tthc.domain.ladder import AlertKind
from tthc.storage.queries.answers import Answers, read_answers
from tthc.storage.tables.alerts import Alert, Delivery, DeliveryStatus
from tthc.storage.tables.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert as a list shows it, with how many of its deliveries stand where."""

    id: int
    dossier_code: str
    kind: AlertKind
    rung: str
    amount: int | None
    unit_code: str | None
    due_at: datetime | None
    since_at: datetime | None
    raised_at: datetime
    routed_at: datetime | None
    withdrawn_at: datetime | None
    deliveries: Mapping[DeliveryStatus, int]
    answers: Answers


_SHOWN = (
    select(
        Alert.id,
        Dossier.code,
        Alert.kind,
        Alert.rung,
        Alert.amount,
        Alert.unit_code,
        Alert.due_at,
        Alert.since_at,
        Alert.raised_at,
        Alert.routed_at,
        Alert.withdrawn_at,
    )
    .select_from(Alert)
    .join(Dossier, Dossier.id == Alert.dossier_id)
)


def list_alerts(
    session: Session,
    *,
    units: Collection[str] | None,
    rung: str | None,
    before_id: int | None,
    limit: int,
) -> list[AlertRow]:
    """Return alerts of ``units`` (None: of all), newest first."""
    query = _SHOWN.order_by(Alert.id.desc()).limit(limit)
    if units is not None:
        query = query.where(Alert.unit_code.in_(units))
    if rung is not None:
        query = query.where(Alert.rung == rung)
    if before_id is not None:
        query = query.where(Alert.id < before_id)
    return _rows(session, query)


def find_alert(session: Session, alert_id: int) -> AlertRow | None:
    """Return one alert, locked until the transaction ends; None when there is none."""
    query = _SHOWN.where(Alert.id == alert_id).with_for_update(of=Alert)
    return next(iter(_rows(session, query)), None)


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[AlertRow]:
    rows = session.execute(query).all()
    ids = [row[0] for row in rows]
    counts = _tally_deliveries(session, ids)
    answers = read_answers(session, ids)
    none = Answers()
    return [AlertRow(*[*row, counts.get(row[0], {}), answers.get(row[0], none)]) for row in rows]


def _tally_deliveries(
    session: Session, alert_ids: Sequence[int]
) -> dict[int, dict[DeliveryStatus, int]]:
    query = (
        select(Delivery.alert_id, Delivery.status, func.count())
        .where(Delivery.alert_id.in_(alert_ids))
        .group_by(Delivery.alert_id, Delivery.status)
    )
    counts: dict[int, dict[DeliveryStatus, int]] = {}
    for alert_id, status, count in session.execute(query):
        counts.setdefault(alert_id, {})[status] = count
    return counts
