"""A turn of a periodic task: claimed, worked, finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from tthc.services.slots import claim_slot, finish_slot, slot_at
from workers.context import Doors

log = structlog.get_logger("workers")


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task that is rung once in a ``period`` and does ``work``, which may be done twice."""

    name: str
    period: timedelta
    work: Callable[[Doors], object]


def take_turn(doors: Doors, task: Periodic) -> bool:
    """Do the work of the present turn unless it was claimed; tell whether it was done.

    Claim and end are transactions of their own, so a worker killed between them leaves the
    turn open and the next turn does the work. An error leaves it open too, and is raised.
    """
    sessions, now = doors.sessions(), doors.clock()
    slot = slot_at(now, task.period)
    with sessions.begin() as session:
        is_ours = claim_slot(session, task.name, slot, now=now)
    if not is_ours:
        return False
    report = task.work(doors)
    with sessions.begin() as session:
        finish_slot(session, task.name, slot, now=doors.clock())
    if report:
        log.info("turn_ended", task=task.name, report=str(report))
    return True
