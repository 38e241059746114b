"""When tasks are rung, and on which queue. The truth is in the database: a bell may be lost."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

from workers.auditing import ANCHOR, LINK
from workers.calendar import CAMPAIGN
from workers.housekeeping import PURGE
from workers.imports import TAKE_OVER
from workers.overdue import SWEEP

TASKS = (SWEEP, TAKE_OVER, CAMPAIGN, LINK, ANCHOR, PURGE)

QUEUES = {
    SWEEP.name: "sweeps",
    TAKE_OVER.name: "imports",
    CAMPAIGN.name: "calendar",
    LINK.name: "audit",
    ANCHOR.name: "audit",
    PURGE.name: "celery",
}


RINGS_A_TURN = 3
"""How often the sweep is rung for each of its turns, which is taken once: a bell that was lost
with Redis is made up for by the next one and not only in the next minute."""


ANCHOR_RINGS_A_TURN = 12
"""The same for the anchor of each hour, and a turn that failed is tried again within minutes."""


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the bells. Each expires before the next, so a stopped worker finds no pile."""
    return {
        "sweep": {
            "task": SWEEP.name,
            "schedule": SWEEP.period.total_seconds() / RINGS_A_TURN,
            "options": {"expires": 15},
        },
        "imports": {
            "task": TAKE_OVER.name,
            "schedule": TAKE_OVER.period.total_seconds(),
            "options": {"expires": 9},
        },
        "calendar": {
            "task": CAMPAIGN.name,
            "schedule": CAMPAIGN.period.total_seconds(),
            "options": {"expires": 9},
        },
        "link": {
            "task": LINK.name,
            "schedule": LINK.period.total_seconds(),
            "options": {"expires": 9},
        },
        "anchor": {
            "task": ANCHOR.name,
            "schedule": ANCHOR.period.total_seconds() / ANCHOR_RINGS_A_TURN,
            "options": {"expires": 290},
        },
        "purge": {
            "task": PURGE.name,
            "schedule": crontab(minute="20", hour="2"),
            "options": {"expires": 3_600},
        },
    }
