"""What was answered to alerts, and what it holds back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, false, func, select
from sqlalchemy.orm import Session

from tthc.domain.answering import AnswerKind
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.answers import AlertAnswer


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered to one alert: its acknowledgement, and the day of its newest snooze."""

    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    until_on: date | None = None


def is_held(
    dossier_id: ColumnElement[int],
    due_version: ColumnElement[int],
    quieted_by: Collection[str],
    *,
    today: date,
) -> ColumnElement[bool]:
    """Say of a dossier's due date that an answer holds a rung back.

    Only the newest answer counts: a snooze whose day has not come holds every rung, an
    acknowledgement one that is ``quieted_by`` the rung it was given on. Answers to notices
    that are on no rung hold nothing.
    """
    holds = case(
        (AlertAnswer.kind == AnswerKind.SNOOZE, AlertAnswer.until_on > today),
        else_=Alert.rung.in_(sorted(quieted_by)),
    )
    newest = (
        select(holds)
        .join(Alert, Alert.id == AlertAnswer.alert_id)
        .where(
            Alert.dossier_id == dossier_id,
            Alert.due_version == due_version,
            Alert.working_days.is_not(None),
        )
        .order_by(AlertAnswer.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(newest, false())


def read_answers(session: Session, alert_ids: Collection[int]) -> dict[int, Answers]:
    """Return what was answered to these alerts; those without an answer are absent."""
    query = (
        select(
            AlertAnswer.alert_id,
            AlertAnswer.kind,
            User.username,
            AlertAnswer.at,
            AlertAnswer.until_on,
        )
        .join(User, User.id == AlertAnswer.user_id)
        .where(AlertAnswer.alert_id.in_(alert_ids))
        .order_by(AlertAnswer.id)
    )
    found: dict[int, Answers] = {}
    for alert_id, kind, username, at, until_on in session.execute(query):
        seen = found.get(alert_id, Answers())
        if kind is AnswerKind.SNOOZE:
            found[alert_id] = Answers(seen.acknowledged_by, seen.acknowledged_at, until_on)
        else:
            found[alert_id] = Answers(username, at, seen.until_on)
    return found
