"""What was answered to alerts, and what it holds back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, false, func, select
from sqlalchemy.orm import Session

from tthc.domain.answering import AnswerKind
from tthc.domain.ladder import AlertKind
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.answers import AlertAnswer


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered to one alert: its acknowledgement, and the day of its newest snooze."""

    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What alerts of one kind about one dossier are about, as columns of a query.

    Rungs rise within it, and what is answered to one of them holds for it alone.
    """

    kind: AlertKind
    dossier_id: ColumnElement[int]
    due_version: ColumnElement[int]
    occasion: ColumnElement[int]

    def is_that_of(self, alert: type[Alert]) -> ColumnElement[bool]:
        """Say that an alert is about it."""
        return and_(
            alert.dossier_id == self.dossier_id,
            alert.due_version == self.due_version,
            alert.kind == self.kind,
            alert.occasion == self.occasion,
        )


def is_held(matter: Matter, quieted_by: Collection[str], *, today: date) -> ColumnElement[bool]:
    """Say that an answer holds a rung of ``matter`` back.

    Only the newest answer counts: a snooze whose day has not come holds every rung, an
    acknowledgement one that is ``quieted_by`` the rung it was given on.
    """
    holds = case(
        (AlertAnswer.kind == AnswerKind.SNOOZE, AlertAnswer.until_on > today),
        else_=Alert.rung.in_(sorted(quieted_by)),
    )
    newest = (
        select(holds)
        .join(Alert, Alert.id == AlertAnswer.alert_id)
        .where(matter.is_that_of(Alert))
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
