"""How a dossier stands once it has ended, as the database itself works it out."""

from __future__ import annotations

from tthc.domain.moment import VIET_NAM
from tthc.domain.standing import Fact


def _sum(conditions: dict[Fact, str]) -> str:
    parts = (f"CASE WHEN {holds} THEN {fact:d} ELSE 0 END" for fact, holds in conditions.items())
    return " + ".join(parts)


def _civil_day(instant: str) -> str:
    return f"timezone('{VIET_NAM.key}', {instant})::date"


_ARRIVAL = {
    Fact.DIRECT: "channel = 1",
    Fact.ONLINE: "channel = 2",
    Fact.POSTAL: "channel = 3",
    Fact.BY_CITIZEN: "submitted_by = 'citizen' OR submitted_by = 'authorised'",
}
_JUDGED = "coalesce(stopped_at, ended_at)"
"""Who ended while the clock stood still is judged at the stop."""

_END = {
    Fact.FINISHED: "finished_at IS NOT NULL",
    Fact.CLOSED: "finished_at IS NULL",
    Fact.WITH_DUE: "due_at IS NOT NULL",
    Fact.UNSOUND: "supplement_count > 1",
    Fact.EARLY: f"{_civil_day('ended_at')} < {_civil_day('due_at')}",
    Fact.LATE_BY_DAY: f"{_JUDGED} >= overdue_at",
    Fact.LATE_BY_INSTANT: f"{_JUDGED} > due_at",
    Fact.LATE_TO_ORIGINAL_BY_DAY: f"{_JUDGED} >= original_overdue_at",
    Fact.LATE_TO_ORIGINAL_BY_INSTANT: f"{_JUDGED} > original_due_at",
}

STANDING = f"{_sum(_ARRIVAL)} + CASE WHEN ended_at IS NULL THEN 0 ELSE {_sum(_END)} END"
"""The facts before ``Fact.RECEIVED``; those about the end only once there is one.

Nothing happens after its end that moves a due date or a stop, so it is worked out once, when
the row is written, and read by every period it falls into.
"""
