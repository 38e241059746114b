"""What each person was told and did, in one statement, and who cannot be told anything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session

from tthc.domain.accounts import Role
from tthc.domain.alert_quality import PersonCounts
from tthc.domain.answering import AnswerKind
from tthc.domain.lifecycle import Action
from tthc.domain.metrics import Period
from tthc.storage.queries.alert_quality import was_saved
from tthc.storage.queries.recipients import POSTS, REACHABLE
from tthc.storage.tables.accounts import RoleGrant, User
from tthc.storage.tables.alerts import Alert, Delivery
from tthc.storage.tables.answers import AlertAnswer
from tthc.storage.tables.dossiers import Dossier, DossierEvent


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody who holds a post that hears of alerts, and has no address."""

    unit_code: str
    username: str
    role: Role


def tally_people(
    session: Session, period: Period, unit_codes: Collection[str] | None
) -> dict[tuple[str | None, str], PersonCounts]:
    """Count what people were told of the alerts raised in a period, by unit and user name."""
    c = _told(period, unit_codes).c
    query = select(
        c.unit_code,
        c.username,
        func.count(),
        func.count().filter(c.acknowledged),
        func.count().filter(c.acted_on),
        func.count().filter(c.saved),
    ).group_by(c.unit_code, c.username)
    return {
        (unit, username): PersonCounts(*counts)
        for unit, username, *counts in session.execute(query)
    }


def _told(period: Period, unit_codes: Collection[str] | None) -> Subquery:
    """Return one row for each alert and person told of it, however many channels told them."""
    first = (
        select(
            Delivery.alert_id,
            Delivery.user_id,
            func.min(Delivery.sent_at).label("told_at"),
        )
        .join(Alert, Alert.id == Delivery.alert_id)
        .where(
            Alert.raised_at >= period.since,
            Alert.raised_at < period.at,
            Delivery.sent_at < period.at,
            Delivery.user_id.is_not(None),
        )
        .group_by(Delivery.alert_id, Delivery.user_id)
    )
    if unit_codes is not None:
        first = first.where(Alert.unit_code.in_(sorted(unit_codes)))
    told = first.subquery("first")
    return (
        select(
            Alert.unit_code,
            User.username,
            _has_acknowledged(period).label("acknowledged"),
            _has_acted(told, period).label("acted_on"),
            was_saved(period).label("saved"),
        )
        .select_from(told)
        .join(Alert, Alert.id == told.c.alert_id)
        .join(Dossier, Dossier.id == Alert.dossier_id)
        .join(User, User.id == told.c.user_id)
        .subquery("told")
    )


def _has_acknowledged(period: Period) -> ColumnElement[bool]:
    answer = select(AlertAnswer.id).where(
        AlertAnswer.alert_id == Alert.id,
        AlertAnswer.user_id == User.id,
        AlertAnswer.kind == AnswerKind.ACKNOWLEDGE,
        AlertAnswer.at < period.at,
    )
    return answer.correlate(Alert, User).exists()


def _has_acted(told: Subquery, period: Period) -> ColumnElement[bool]:
    event = select(DossierEvent.id).where(
        DossierEvent.dossier_id == Alert.dossier_id,
        DossierEvent.actor == User.username,
        DossierEvent.action != Action.RECALCULATE,
        DossierEvent.recorded_at >= told.c.told_at,
        DossierEvent.recorded_at < period.at,
    )
    return event.correlate(Alert, User, told).exists()


def list_unreachable(session: Session, unit_codes: Collection[str] | None) -> list[Unreachable]:
    """Return who holds a post on these units (None: on any) and has no address, as it is now."""
    query = (
        select(RoleGrant.unit_code, User.username, RoleGrant.role)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role.in_((*POSTS, Role.OFFICER)),
            RoleGrant.unit_code.is_not(None),
            User.is_active,
            ~REACHABLE,
        )
        .order_by(RoleGrant.unit_code, User.username, RoleGrant.role)
    )
    if unit_codes is not None:
        query = query.where(RoleGrant.unit_code.in_(sorted(unit_codes)))
    found = session.execute(query)
    return [Unreachable(unit or "", name, role) for unit, name, role in found]
