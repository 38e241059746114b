"""Alerts from raised to routed: who hears of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.absences import who_hears
from tthc.domain.accounts import Role
from tthc.domain.ladder import AlertKind, Rung
from tthc.domain.moment import civil_day, start_of_day
from tthc.domain.overdue import DUE_MOVED
from tthc.domain.recipients import NO_RECIPIENT, Step, choose_recipients
from tthc.domain.reference import UnitLevel
from tthc.domain.telling import Heard, tell_at
from tthc.services.reference import Reference, load_reference
from tthc.storage.queries import alerts as queries
from tthc.storage.queries.absences import read_away
from tthc.storage.queries.alerts import UnroutedAlert
from tthc.storage.queries.contact_points import MAIL, channels_of
from tthc.storage.queries.deliveries import NewDelivery, add_deliveries
from tthc.storage.queries.recipients import (
    find_officers,
    list_posts,
    list_webhooks,
    read_heard,
)

WEBHOOK = "webhook"

_UNKNOWN_AUDIENCE = ("manager",)
_NOTICES = (Rung(DUE_MOVED, AlertKind.NOTICE, 0, ("officer",)),)
"""Who hears of what is on no rung. Choice: as for rungs, docs/decisions/recipients.md."""
_STEP_OF = {
    Role.RECEPTION: Step.RECEPTION,
    Role.MANAGER: Step.MANAGER,
    Role.CHAIR: Step.CHAIR,
    Role.PROVINCE_VIEWER: Step.PROVINCE,
}


@dataclass(frozen=True, slots=True)
class RoutePage:
    """What one page of routing did; ``orphaned`` counts alerts that nobody hears."""

    routed: int
    withdrawn: int
    orphaned: int
    is_last: bool


def route_page(session: Session, *, now: datetime, size: int = 500) -> RoutePage:
    """Give up to ``size`` alerts their recipients; take those back that are out of date.

    Who hears: see ``choose_recipients``; when: ``tell_at``. Where nobody is, a parked delivery
    without recipient says so. Two at once take different alerts; done twice it does nothing new.
    """
    taken = queries.take_unrouted(session, limit=size)
    stale = [alert.id for alert in taken if alert.is_stale]
    live = [alert for alert in taken if not alert.is_stale]
    deliveries = _deliveries_of(session, live, load_reference(session), now=now) if live else []
    add_deliveries(session, deliveries)
    if live:
        queries.mark_routed(session, [alert.id for alert in live], now=now)
    if stale:
        queries.mark_withdrawn(session, stale, now=now)
    orphaned = sum(delivery.last_error is not None for delivery in deliveries)
    return RoutePage(len(live), len(stale), orphaned, is_last=len(taken) < size)


def _deliveries_of(
    session: Session, alerts: Sequence[UnroutedAlert], reference: Reference, *, now: datetime
) -> list[NewDelivery]:
    directory = _read_directory(session, alerts, reference, now=now)
    rungs = [_rung_of(alert, reference) for alert in alerts]
    people = [
        choose_recipients(rung.audience, directory.people_for(alert))
        for alert, rung in zip(alerts, rungs, strict=True)
    ]
    told = frozenset[int]().union(*people)
    heard = read_heard(session, told, since=start_of_day(civil_day(now)))
    channels = channels_of(session, told)
    found: list[NewDelivery] = []
    for alert, rung, recipients in zip(alerts, rungs, people, strict=True):
        calendar = reference.calendar_of(alert.unit_code)
        for user_id in sorted(recipients):
            before = heard.get(user_id, Heard())
            at = tell_at(before, calendar, is_urgent=rung.is_urgent, now=now)
            heard[user_id] = before.planning(at, is_urgent=rung.is_urgent)
            found += [
                NewDelivery(alert.id, channel, at, rung.is_urgent, user_id=user_id)
                for channel in channels.get(user_id, [MAIL])
            ]
        if not recipients:
            found.append(NewDelivery(alert.id, MAIL, now, last_error=NO_RECIPIENT))
        found += [
            NewDelivery(alert.id, WEBHOOK, now, webhook_id=webhook_id)
            for webhook_id in directory.webhooks_for(alert)
        ]
    return found


def _rung_of(alert: UnroutedAlert, reference: Reference) -> Rung:
    rungs = (*reference.ladders.of(alert.unit_code, alert.kind), *_NOTICES)
    unknown = Rung(alert.rung, alert.kind, 0, _UNKNOWN_AUDIENCE)
    return next((rung for rung in rungs if rung.code == alert.rung), unknown)


@dataclass(frozen=True, slots=True)
class _Directory:
    """Who can be reached for a page of alerts."""

    officers: Mapping[str, int]
    posts: Mapping[tuple[Step, str | None], frozenset[int]]
    webhooks: Sequence[tuple[int, str | None]]
    provinces: Mapping[str | None, str | None]
    away: Mapping[int, int | None]

    def people_for(self, alert: UnroutedAlert) -> dict[Step, frozenset[int]]:
        """Return who hears on each step, deputies in the place of those who are away."""
        province = self.provinces.get(alert.unit_code)
        found = {
            step: self.posts.get((step, province if step is Step.PROVINCE else alert.unit_code))
            for step in Step
        }
        officer = self.officers.get(alert.officer or "")
        found[Step.OFFICER] = None if officer is None else frozenset({officer})
        return {step: who_hears(people or (), self.away) for step, people in found.items()}

    def webhooks_for(self, alert: UnroutedAlert) -> list[int]:
        covering = {None, alert.unit_code, self.provinces.get(alert.unit_code)}
        return [webhook_id for webhook_id, unit_code in self.webhooks if unit_code in covering]


def _read_directory(
    session: Session, alerts: Iterable[UnroutedAlert], reference: Reference, *, now: datetime
) -> _Directory:
    units = {alert.unit_code for alert in alerts}
    provinces = {unit: _province_of(unit, reference) for unit in units}
    posts: dict[tuple[Step, str | None], set[int]] = {}
    asked = {code for code in units | set(provinces.values()) if code is not None}
    for post in list_posts(session, asked):
        posts.setdefault((_STEP_OF[post.role], post.unit_code), set()).add(post.user_id)
    return _Directory(
        officers=find_officers(session, {alert.officer for alert in alerts if alert.officer}),
        posts={place: frozenset(holders) for place, holders in posts.items()},
        webhooks=list_webhooks(session),
        provinces=provinces,
        away=read_away(session, today=civil_day(now)),
    )


def _province_of(unit_code: str | None, reference: Reference) -> str | None:
    unit = reference.units.get(unit_code or "")
    if unit is None:
        return None
    return unit.code if unit.level is UnitLevel.PROVINCE else unit.parent_code
