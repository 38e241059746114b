"""Answering an alert: to know of it, or to be told again on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.answering import (
    AlertWithdrawnError,
    AnswerKind,
    SnoozeRefusedError,
    check_snooze,
)
from tthc.domain.errors import CalendarGapError, NotFoundError
from tthc.domain.ladder import AlertKind
from tthc.services.alert_lists import AlertEntry, entry_of
from tthc.services.reference import load_reference
from tthc.storage.queries.alert_lists import AlertRow, find_alert
from tthc.storage.tables.answers import AlertAnswer


@dataclass(frozen=True, slots=True)
class Snooze:
    """Why nobody is to be told, and the day from which they are again."""

    reason: str
    until_on: date


def acknowledge_alert(
    session: Session, alert_id: int, actor: Actor, *, now: datetime
) -> AlertEntry:
    """Note that somebody knows of an alert; done twice, by anybody, the first one stands.

    Raises:
        NotFoundError: no such alert in the actor's scope.
        AlertWithdrawnError: it was taken back.
    """
    row = _take(session, alert_id, actor)
    if row.answers.acknowledged_at is None:
        session.add(_answer(session, row, AnswerKind.ACKNOWLEDGE, actor, now=now))
        session.flush()
        mine = replace(row.answers, acknowledged_by=actor.username, acknowledged_at=now)
        row = replace(row, answers=mine)
    return entry_of(row, now=now)


def snooze_alert(
    session: Session, alert_id: int, wanted: Snooze, actor: Actor, *, now: datetime
) -> AlertEntry:
    """Hold every rung of the alert's kind back until a day; the newest snooze holds.

    Raises:
        NotFoundError: no such alert in the actor's scope.
        AlertWithdrawnError: it was taken back.
        SnoozeRefusedError: a notice, which is on no rung; or a day that ``check_snooze`` refuses.
    """
    row = _take(session, alert_id, actor)
    if row.kind is AlertKind.NOTICE:
        raise SnoozeRefusedError(
            "Thông báo này chỉ gửi một lần, không có gì để hoãn.",
            "a notice is told once; there is nothing to hold back",
            rule="notice",
        )
    check_snooze(wanted.until_on, load_reference(session).calendar_of(row.unit_code), now=now)
    answer = _answer(session, row, AnswerKind.SNOOZE, actor, now=now)
    answer.reason, answer.until_on = wanted.reason, wanted.until_on
    session.add(answer)
    session.flush()
    return entry_of(replace(row, answers=replace(row.answers, until_on=wanted.until_on)), now=now)


def _take(session: Session, alert_id: int, actor: Actor) -> AlertRow:
    row = find_alert(session, alert_id)
    if row is None or not actor.scope.covers(row.unit_code):
        raise NotFoundError("Không tìm thấy cảnh báo.", "there is no such alert")
    if row.withdrawn_at is not None:
        raise AlertWithdrawnError(
            "Cảnh báo đã được thu hồi.", "the alert was taken back before anybody heard of it"
        )
    return row


def _answer(
    session: Session, row: AlertRow, kind: AnswerKind, actor: Actor, *, now: datetime
) -> AlertAnswer:
    """Return the row of an answer, with how long it took by the calendar of the alert's unit."""
    minutes = None
    if row.routed_at is not None:
        minutes = _minutes(session, row, row.routed_at, now)
    return AlertAnswer(
        alert_id=row.id,
        kind=kind,
        user_id=actor.user_id,
        at=now,
        routed_at=row.routed_at,
        minutes=minutes,
    )


def _minutes(session: Session, row: AlertRow, since: datetime, now: datetime) -> int | None:
    try:
        return load_reference(session).calendar_of(row.unit_code).minutes_between(since, now)
    except CalendarGapError:
        return None
