"""Whether somebody still looks after the deadlines, and how much waits to be told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tthc.domain.errors import NotReadyError
from tthc.domain.moment import civil_day
from tthc.services.reference import load_reference
from tthc.services.slots import last_finished
from tthc.storage.queries.alerts import count_unrouted
from tthc.storage.queries.deliveries import count_by_status
from tthc.storage.queries.notices import NOTICES
from tthc.storage.tables.alerts import DeliveryStatus

SWEEP_TASK = "overdue.sweep"
RELAY_TASK = "relay"

SILENT_AFTER = timedelta(minutes=5)
"""Sweep and relay end a turn each minute; after this long without one somebody has to look."""


CALENDAR_AHEAD = timedelta(days=60)
"""How long before the calendar's last day it must be told that the next year is missing.

The yearly notice of days off comes in autumn; most limits are shorter than this.
"""


def outbox_gauges(session: Session, *, now: datetime) -> Mapping[str, float]:
    """Return what waits, what is parked, and the seconds since sweep and relay last ended.

    The seconds are infinite when neither ever ran; an idle relay counts as ended each minute.
    """
    return {
        "tthc_alerts_unrouted": float(count_unrouted(session)),
        "tthc_deliveries_waiting": float(count_by_status(session, DeliveryStatus.WAITING)),
        "tthc_deliveries_parked": float(count_by_status(session, DeliveryStatus.PARKED)),
        "tthc_notices_waiting": float(NOTICES.count(session, DeliveryStatus.WAITING)),
        "tthc_notices_parked": float(NOTICES.count(session, DeliveryStatus.PARKED)),
        "tthc_sweep_age_seconds": _age(session, SWEEP_TASK, now),
        "tthc_relay_age_seconds": _age(session, RELAY_TASK, now),
        "tthc_calendar_days_left": float(_days_covered(session, now=now).days),
    }


def watchers(session: Session, *, now: datetime) -> Mapping[str, bool]:
    """Return what is looked after: sweep and relay ended a turn within ``SILENT_AFTER``.

    ``calendar`` says that the working calendar reaches ``CALENDAR_AHEAD``; without the next
    year's days off the first dossier due in it would be refused.
    """
    limit = SILENT_AFTER.total_seconds()
    tasks = {"sweep": SWEEP_TASK, "relay": RELAY_TASK}
    running = {name: _age(session, task, now) <= limit for name, task in tasks.items()}
    return running | {"calendar": _days_covered(session, now=now) >= CALENDAR_AHEAD}


def _days_covered(session: Session, *, now: datetime) -> timedelta:
    """Return for how long from today the calendar goes on; 0 without one."""
    try:
        last_year = load_reference(session).calendar.last_year
    except NotReadyError:
        return timedelta()
    return max(date(last_year, 12, 31) - civil_day(now), timedelta())


def _age(session: Session, task: str, now: datetime) -> float:
    finished_at = last_finished(session, task)
    return math.inf if finished_at is None else (now - finished_at).total_seconds()
