"""Counting a period again, slowly and by another way: event by event, without SQL.

Written from the definitions, not from the code that it checks. Its input is what
``events export`` prints.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

VIET_NAM = timezone(timedelta(hours=7))
INSTANTS = ("received_at", "due_at", "overdue_at", "original_due_at", "original_overdue_at")
INSTANTS += ("stopped_at", "finished_at", "ended_at")
Eligible = Callable[[str | None, date], bool]
Life = Mapping[str, Any]


def day_of(moment: datetime) -> date:
    return moment.astimezone(VIET_NAM).date()


def lives_at(events: Iterable[Mapping[str, Any]], at: datetime) -> list[dict[str, Any]]:
    """Fold every dossier's events claimed to have happened before ``at``."""
    lives: dict[str, dict[str, Any]] = defaultdict(dict)
    for event in sorted(events, key=lambda e: (e["code"], e["version"])):
        if datetime.fromisoformat(str(event["happened_at"])) < at:
            lives[event["code"]].update(event["changes"], code=event["code"])
    for life in lives.values():
        for name in INSTANTS:
            value = life.get(name)
            life[name] = datetime.fromisoformat(value) if value else None
    return list(lives.values())


def recount(
    events: Iterable[Mapping[str, Any]],
    since: datetime,
    at: datetime,
    eligible: Eligible,
    key: Callable[[Life], str | None] = lambda life: life.get("resolving_unit"),
) -> dict[str | None, Counter[str]]:
    """Count the dossiers of ``[since, at)`` by resolving unit or another key, as in the answer."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for life, told in _told(events, since, at, eligible):
        counts[key(life)].update(told)
    return counts


def recount_each(
    events: Iterable[Mapping[str, Any]], since: datetime, at: datetime, eligible: Eligible
) -> dict[str, set[str]]:
    """Tell of each dossier of ``[since, at)``, by code, the counts that it is in."""
    return {life["code"]: set(told) for life, told in _told(events, since, at, eligible)}


def _told(
    events: Iterable[Mapping[str, Any]], since: datetime, at: datetime, eligible: Eligible
) -> Iterable[tuple[Life, list[str]]]:
    for life in lives_at(events, at):
        if life["received_at"] is not None and (life["ended_at"] or at) >= since:
            yield life, [*_arrival(life, since, eligible), *_standing(life, at)]


def _arrival(life: Life, since: datetime, eligible: Eligible) -> Iterable[str]:
    if life["received_at"] < since:
        yield "carried_over"
        return
    yield "received"
    channel = {1: "direct", 2: "online", 3: "postal", None: "channel_missing"}[life.get("channel")]
    yield f"received_{channel}"
    if eligible(life.get("procedure_code"), day_of(life["received_at"])):
        yield "received_eligible"
        if channel == "online":
            yield "received_eligible_online"
            if life.get("submitted_by") in {"citizen", "authorised"}:
                yield "received_eligible_self"


def _standing(life: Life, at: datetime) -> Iterable[str]:
    ended = life["ended_at"]
    group = "finished" if life["finished_at"] else "closed" if ended else "pending"
    yield group
    if group == "pending" and life["stopped_at"]:
        yield "pending_stopped"
    if life["due_at"] is None:
        yield f"{group}_without_due"
        return
    judged = life["stopped_at"] or ended or at
    for way, first_late in (("day", "overdue_at"), ("instant", "due_at")):
        late = judged >= life[first_late] if way == "day" else judged > life["due_at"]
        sound = life.get("supplement_count", 0) <= 1 and not late
        yield from (f"{way}.{name}" for name in _held(group, life, late=late, sound=sound))
    if group == "finished":
        if ended >= life["original_overdue_at"]:
            yield "day.finished_late_to_original"
        if ended > life["original_due_at"]:
            yield "instant.finished_late_to_original"


def _held(group: str, life: Life, *, late: bool, sound: bool) -> Iterable[str]:
    if late:
        yield f"{group}_late"
    elif group == "finished":
        early = day_of(life["ended_at"]) < day_of(life["due_at"])
        yield "finished_early" if early else "finished_on_time"
    else:
        yield f"{group}_in_time"
    if sound:
        yield f"sound_{group}_in_time"
