"""What became of the alerts of a period, in one statement. No division here."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.orm import Session

from tthc.domain.alert_quality import AlertCounts
from tthc.domain.answering import AnswerKind
from tthc.domain.metrics import Period
from tthc.domain.recipients import NO_RECIPIENT
from tthc.storage.tables.alerts import Alert, Delivery, DeliveryStatus
from tthc.storage.tables.answers import AlertAnswer
from tthc.storage.tables.dossiers import Dossier


def tally_alerts(
    session: Session, period: Period, unit_codes: Collection[str] | None
) -> dict[tuple[str | None, str], AlertCounts]:
    """Count the alerts raised in a period by unit and rung; ``unit_codes`` None counts all."""
    c = _alerts(period, unit_codes).c
    query = select(
        c.unit_code,
        c.rung,
        func.count(),
        func.count().filter(c.delivered),
        func.count(c.acknowledged_at),
        func.count().filter(c.snoozed),
        func.count().filter(c.saved),
        func.count().filter(c.unreachable),
        func.array_agg(c.minutes).filter(c.minutes.is_not(None)),
    ).group_by(c.unit_code, c.rung)
    return {
        (unit, rung): AlertCounts(*[*counts, minutes or ()])
        for unit, rung, *counts, minutes in session.execute(query)
    }


def _alerts(period: Period, unit_codes: Collection[str] | None) -> Subquery:
    at, told = period.at, AlertAnswer
    acknowledged = and_(
        told.alert_id == Alert.id, told.kind == AnswerKind.ACKNOWLEDGE, told.at < at
    )
    query = (
        select(
            Alert.unit_code,
            Alert.rung,
            told.at.label("acknowledged_at"),
            told.minutes,
            _has_delivery(Delivery.sent_at < at).label("delivered"),
            _has_delivery(
                Delivery.status == DeliveryStatus.PARKED, Delivery.last_error == NO_RECIPIENT
            ).label("unreachable"),
            _was_snoozed(period).label("snoozed"),
            was_saved(period).label("saved"),
        )
        .select_from(Alert)
        .join(Dossier, Dossier.id == Alert.dossier_id)
        .outerjoin(told, acknowledged)
        .where(Alert.raised_at >= period.since, Alert.raised_at < at)
    )
    if unit_codes is not None:
        query = query.where(Alert.unit_code.in_(sorted(unit_codes)))
    return query.subquery("raised")


def _has_delivery(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Delivery.id).where(Delivery.alert_id == Alert.id, *conditions).exists()


def _was_snoozed(period: Period) -> ColumnElement[bool]:
    snooze = select(AlertAnswer.id).where(
        AlertAnswer.alert_id == Alert.id,
        AlertAnswer.kind == AnswerKind.SNOOZE,
        AlertAnswer.at < period.at,
    )
    return snooze.correlate(Alert).exists()


def was_saved(period: Period) -> ColumnElement[bool]:
    """Say that the result came after the alert and in time, by the due date then in force."""
    d = Dossier
    return and_(
        d.finished_at >= Alert.raised_at,
        d.finished_at < period.at,
        func.coalesce(d.stopped_at, d.finished_at) < d.overdue_at,
    )
