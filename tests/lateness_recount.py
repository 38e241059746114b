"""Late minutes shared again by another way: days walked one by one, stops cut out, fractions.

Written from the decision page, not from the code that it checks. A dossier is a plain mapping
with its ``due_at``, ``overdue_at``, ``judged_at``, ``stops`` and ``stages``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from tests.reference.files import is_working

VIET_NAM = timezone(timedelta(hours=7))
SHIFTS = ((450, 690), (810, 1_020))
Span = tuple[datetime, datetime]


def _minute(moment: datetime) -> tuple[date, int]:
    local = moment.astimezone(VIET_NAM)
    return local.date(), local.hour * 60 + local.minute


def minutes(start: datetime, end: datetime) -> int:
    """Working minutes of the whole nation's offices, walked day by day."""
    if end <= start:
        return 0
    (day, first), (last, until) = _minute(start), _minute(end)
    total = 0
    while day <= last:
        low, high = (first, until if day == last else 1_440)
        if is_working(day):
            total += sum(max(min(high, b) - max(low, a), 0) for a, b in SHIFTS)
        day, first = day + timedelta(days=1), 0
    return total


def cut(start: datetime, end: datetime, stops: Iterable[Span]) -> list[Span]:
    """What is left of a span when the stops are cut out."""
    left = [(start, end)] if start < end else []
    for begins, ends in stops:
        left = [
            piece
            for a, b in left
            for piece in ((a, min(b, begins)), (max(a, ends), b))
            if piece[0] < piece[1]
        ]
    return left


def ran(start: datetime, end: datetime, stops: Sequence[Span]) -> int:
    return sum(minutes(a, b) for a, b in cut(start, end, stops))


def stood_at(moment: datetime, stops: Sequence[Span]) -> datetime:
    """The moment itself, or since when the clock had stood just before it."""
    since = moment
    while True:
        before = [a for a, b in stops if a < since <= b]
        if not before:
            return since
        since = min(before)


def is_behind(stage: Mapping[str, Any], stops: Sequence[Span]) -> bool:
    late_from = stage["overdue_at"]
    return late_from is not None and stood_at(stage["ended_at"], stops) >= late_from


def share(case: Mapping[str, Any]) -> tuple[int, list[int]]:
    """The late minutes of a dossier, and of each of its stages."""
    stops, stages = case["stops"], case["stages"]
    if case["due_at"] is None or case["judged_at"] < case["overdue_at"]:
        return 0, [0] * len(stages)
    whole = ran(case["due_at"], case["judged_at"], stops)
    beyond = [ran(s["due_at"], s["ended_at"], stops) if is_behind(s, stops) else 0 for s in stages]
    if sum(beyond) >= whole:
        return whole, _proportional(whole, beyond)
    fell = [
        ran(max(s["started_at"], case["due_at"]), min(s["ended_at"], case["judged_at"]), stops)
        for s in stages
    ]
    unexplained = [max(a - b, 0) for a, b in zip(fell, beyond, strict=True)]
    rest = _proportional(whole - sum(beyond), unexplained)
    return whole, [a + b for a, b in zip(beyond, rest, strict=True)]


def _proportional(total: int, weights: Sequence[int]) -> list[int]:
    if not any(weights):
        return [0] * len(weights)
    ideal = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(part) for part in ideal]
    missing = total - sum(parts)
    first = sorted(range(len(parts)), key=lambda n: (parts[n] - ideal[n], n))[:missing]
    return [part + (n in first) for n, part in enumerate(parts)]


def recount(cases: Iterable[Mapping[str, Any]]) -> tuple[int, dict[Any, Counter[str]]]:
    """The late minutes of all, and by unit, agency and stage what the answer tells."""
    total, shares = 0, {}
    for case in cases:
        whole, parts = share(case)
        total += whole
        for stage, part in zip(case["stages"], parts, strict=True):
            counts = shares.setdefault(stage["key"], Counter())
            counts.update({"late_minutes": part, "stages": 1})
            counts.update(behind=is_behind(stage, case["stops"]), inherited=stage["is_inherited"])
        if not case["stages"] and case["due_at"] and case["judged_at"] >= case["overdue_at"]:
            key = (case["unit"], "", None)
            shares.setdefault(key, Counter()).update({"late_minutes": whole})
    return total, shares
