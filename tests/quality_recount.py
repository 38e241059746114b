"""Which dossiers spoil the statistics, again from the events, slowly and without SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.recount import day_of

Event = Mapping[str, Any]


def moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def spoilers(events: Iterable[Event], since: datetime, at: datetime) -> set[tuple[str, str]]:
    """Return each dossier of ``[since, at)`` with each rule that its events show broken."""
    lives: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda e: (e["code"], e["version"])):
        if event["happened_at"] < at:
            lives[event["code"]].append(event)
    return {(code, rule) for code, life in lives.items() for rule in broken(life, since, at)}


def broken(life: Sequence[Event], since: datetime, at: datetime) -> Iterator[str]:
    last: dict[str, Any] = {}
    for event in life:
        last |= event["changes"]
    received, ended = moment(last.get("received_at")), moment(last.get("ended_at"))
    if received is None or (ended and ended < since):
        return
    if received >= since and last.get("channel") is None:
        yield "channel_missing/1"
    if last.get("due_at") is None:
        yield "due_missing/1"
    overdue = moment(last.get("overdue_at"))
    is_hidden = not ended and overdue is not None and overdue <= at
    begun, is_over = stopped_on(life, day_of(at - timedelta(microseconds=1)))
    if begun and (is_hidden or ended or is_over):
        yield "stop_on_last_day/1"
    yield from in_events(life, since)


def in_events(life: Sequence[Event], since: datetime) -> Iterator[str]:
    day = timedelta(days=1)
    within = [(before, event) for before, event in told(life) if event["happened_at"] >= since]
    if any(event["recorded_at"] - event["happened_at"] > day for _, event in within):
        yield "back_dated/1"
    if any(moved_late(before, event) for before, event in within):
        yield "due_moved_late/1"


def told(life: Sequence[Event]) -> Iterator[tuple[dict[str, Any], Event]]:
    """Give each event with the state that it found."""
    state: dict[str, Any] = {}
    for event in life:
        yield dict(state), event
        state |= event["changes"]


def moved_late(before: Mapping[str, Any], event: Event) -> bool:
    overdue = moment(before.get("overdue_at"))
    judged = moment(before.get("stopped_at")) or event["happened_at"]
    return overdue is not None and "due_version" in event["changes"] and judged >= overdue


def stopped_on(life: Sequence[Event], day: date) -> tuple[bool, bool]:
    """Whether a stop began on a day, and whether one of those ended again."""
    begun: dict[str, bool] = {}
    for event in life:
        action = event["action"]
        if "stop_count" in event["changes"]:
            begun[action] = day_of(event["happened_at"]) == day
        elif action in ENDS and begun.pop(ENDS[action], False):
            begun[f"{action} of that day"] = True
    return any(begun.values()), any(name.endswith("of that day") for name in begun)


ENDS = {
    "take_supplement": "request_supplement",
    "confirm_payment": "request_payment",
    "resume": "pause",
}
