"""What was answered to alerts, and what it holds back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session, aliased

from tthc.domain.answering import AnswerKind
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.answers import AlertAnswer
from tthc.storage.tables.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered to one alert: its acknowledgement, and the day of its newest snooze."""

    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    until_on: date | None = None


def is_held(quieted_by: Collection[str], *, today: date) -> ColumnElement[bool]:
    """Say of ``Dossier`` that an answer on its present due date holds a rung back.

    Only the newest answer counts: a snooze whose day has not come holds every rung, an
    acknowledgement one that is ``quieted_by`` the rung it was given on. Answers to notices
    that are on no rung hold nothing. Written as an anti-join: looked up one by one
    it costs the sweep more than twice as much.
    """
    answer, told = aliased(AlertAnswer), aliased(Alert)
    holds = case(
        (answer.kind == AnswerKind.SNOOZE, answer.until_on > today),
        else_=told.rung.in_(sorted(quieted_by)),
    )
    return (
        select(answer.id)
        .join(told, told.id == answer.alert_id)
        .where(
            told.dossier_id == Dossier.id,
            told.due_version == Dossier.due_version,
            told.working_days.is_not(None),
            holds,
            ~_is_superseded(answer, told),
        )
        .correlate(Dossier)
        .exists()
    )


def _is_superseded(answer: type[AlertAnswer], told: type[Alert]) -> ColumnElement[bool]:
    newer, told_newer = aliased(AlertAnswer), aliased(Alert)
    return (
        select(newer.id)
        .join(told_newer, told_newer.id == newer.alert_id)
        .where(
            told_newer.dossier_id == told.dossier_id,
            told_newer.due_version == told.due_version,
            told_newer.working_days.is_not(None),
            newer.id > answer.id,
        )
        .exists()
    )


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
