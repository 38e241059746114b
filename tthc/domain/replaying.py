"""A due date computed again from its own derivation, under the same calendar or another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from tthc.domain.counting import Stop
from tthc.domain.deadlines import Offices, compute_due, end_stop, given_due, keep_promise
from tthc.domain.errors import RuleError
from tthc.domain.ledger import Due, Facts, Step
from tthc.domain.limits import Counting, LimitUnit, StopMode, TimeLimit


def limit_of(due: Due) -> TimeLimit | None:
    """Return the limit a due date was derived from, as it was at receipt; None if taken over.

    A dossier keeps it for life, whatever the catalogue becomes.
    """
    for step in due.ledger:
        if step.kind == "rule":
            return _limit(step.facts)
    return None


class NotReplayableError(RuleError):
    """A derivation lacks what it was computed from."""

    code = "ledger_not_replayable"


def replay(ledger: Sequence[Step], offices_at: Callable[[int], Offices]) -> Due:
    """Return the due date that a derivation leads to, computed again from what it brought in.

    ``offices_at`` gives the calendars of a revision. With those of the cited revisions the
    result equals what was stored, derivation included; with those of another one it is what
    the same receipt, stops and promises come to under that calendar.

    Raises:
        NotReplayableError: a step is not known, or it was kept before limits were cited.
    """
    due: Due | None = None
    limit: TimeLimit | None = None
    for step in ledger:
        if step.kind in _FOLLOWS:
            continue
        if step.kind == "taken_over":
            due = given_due(step.at)
            continue
        if step.kind == "rule":
            limit = _limit(step.facts)
        if limit is None or "calendar_revision" not in step.facts:
            raise _not_replayable()
        due = _AGAIN[step.kind](due, step, limit, offices_at(step.facts["calendar_revision"]))
    if due is None:
        raise _not_replayable()
    return due


def recalculate(due: Due, offices: Offices, *, at: datetime, legal_basis: str) -> Due | None:
    """Return what ``due`` becomes under other calendars; None when it stays the same instant.

    ``legal_basis`` is the decision that changed the calendar; it stands in the derivation. A
    date taken over from another system never moves.

    Raises:
        NotReplayableError: the derivation cites no limit.
        CalendarGapError: the new date reaches a year without a calendar.
    """
    if due.ledger[0].kind == "taken_over":
        return None
    fresh = replay(due.ledger, lambda _revision: offices)
    if fresh.due_at == due.due_at:
        return None
    facts = {
        "decided_at": at.isoformat(),
        "before": due.due_at.isoformat(),
        "legal_basis": legal_basis,
        "calendar_revision": offices.work.revision,
    }
    return fresh.told(Step("recalculated", fresh.due_at, facts))


_FOLLOWS = frozenset({"received", "counting_starts", "counted"})


def _not_replayable() -> NotReplayableError:
    return NotReplayableError(
        "Diễn giải thời hạn không ghi căn cứ tính.", "the derivation cites no limit"
    )


def _received_again(_due: Due | None, step: Step, limit: TimeLimit, offices: Offices) -> Due | None:
    cited = {name: value for name, value in step.facts.items() if name not in _OWN_FACTS}
    return compute_due(step.at, limit, offices, cited)


def _extended_again(due: Due | None, step: Step, _limit: TimeLimit, offices: Offices) -> Due | None:
    facts = step.facts
    new_day = date.fromisoformat(facts["new_due_on"])
    decided_at = datetime.fromisoformat(facts["decided_at"])
    unit = facts["responsible_unit"]
    return due and keep_promise(due, new_day, offices, at=decided_at, unit_code=unit)


def _stopped_again(due: Due | None, step: Step, limit: TimeLimit, offices: Offices) -> Due | None:
    facts = step.facts
    stop = Stop(*(datetime.fromisoformat(facts[name]) for name in ("stopped_at", "resumed_at")))
    mode, reason = StopMode(facts["mode"]), facts["reason"]
    return due and end_stop(due, stop, limit, offices, mode=mode, reason=reason)


_Again = Callable[[Due | None, Step, TimeLimit, Offices], Due | None]

_AGAIN: dict[str, _Again] = {
    "rule": _received_again,
    "extended": _extended_again,
    "shifted": _stopped_again,
    "restarted": _stopped_again,
    "stop_ignored_late": _stopped_again,
    "recalculated": lambda due, step, _limit, _offices: due and due.told(step),
}


_OWN_FACTS = frozenset({"unit", "amount", "counting", "stop_mode", "calendar_revision"})


def _limit(facts: Facts) -> TimeLimit:
    counting, mode = Counting(facts["counting"]), StopMode(facts["stop_mode"])
    return TimeLimit(facts["amount"], LimitUnit(facts["unit"]), counting, mode)
