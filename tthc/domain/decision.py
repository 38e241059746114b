"""A decision that changes the working calendar: what it may say, and what it comes to.

Days off are announced late: that of 2 January 2026 was agreed on 25 December 2025. So a decision
is data that somebody proposes, looks at and has approved by another; see ``campaign``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import DayKind, SpecialDay
from tthc.domain.errors import CalendarGapError, RuleError

MOST_DAYS = 400
FARTHEST_BACK = timedelta(days=30)
"""How long after a closure (a flood, say) it can still be entered. Product default."""


class DecisionRefusedError(RuleError):
    """A decision cannot be applied; ``rule`` names what it breaks, ``day`` the day."""

    code = "decision_refused"


class Change(StrEnum):
    """What a decision does to a day: closes it, has it worked, or takes an earlier row back."""

    OFF = "NGHI"
    MAKE_UP = "LAM_BU"
    WITHDRAWN = "BO"


@dataclass(frozen=True, slots=True)
class DecidedDay:
    """One day of a decision and what it is called."""

    day: date
    change: Change
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Days of one decision, for one unit and all below it; ``unit_code`` None is the nation.

    Args:
        legal_basis: number and date of the decision.
        source: where it was read.
    """

    unit_code: str | None
    legal_basis: str
    source: str
    days: tuple[DecidedDay, ...]


def settle(
    decision: Decision,
    standing: Mapping[date, SpecialDay],
    calendar: WorkingCalendar,
    *,
    today: date,
) -> tuple[DecidedDay, ...]:
    """Return the days of ``decision`` that change anything, in order.

    ``standing`` are the rows of the decision's own unit, ``calendar`` what holds there now.

    Raises:
        DecisionRefusedError: rule ``empty``, ``too_long``, ``repeated_day``, ``changes_nothing``,
            ``unknown_day`` (nothing to take back), ``worked_already`` (a make-up day that is
            a working day), ``already_closed_on`` or ``already_worked_on`` (a past day that was
            closed cannot be opened, nor one worked be unmade), ``too_late``, ``not_worked_then``.
    """
    _check_shape(decision)
    fresh = [day for day in decision.days if not _is_same(day, standing.get(day.day), decision)]
    if not fresh:
        raise _refused(
            "changes_nothing",
            "Các ngày này đã có trong lịch như quyết định.",
            "the calendar has all these days already",
        )
    for decided in fresh:
        _check_day(decided, standing.get(decided.day), calendar, today=today)
    return tuple(sorted(fresh, key=lambda decided: decided.day))


def _check_shape(decision: Decision) -> None:
    if not decision.days:
        raise _refused("empty", "Quyết định không có ngày nào.", "the decision has no day")
    if len(decision.days) > MOST_DAYS:
        raise _refused(
            "too_long",
            f"Quyết định có hơn {MOST_DAYS} ngày.",
            f"the decision has more than {MOST_DAYS} days",
        )
    day, times = Counter(decided.day for decided in decision.days).most_common(1)[0]
    if times > 1:
        raise _refused(
            "repeated_day",
            f"Ngày {day:%d/%m/%Y} có hai dòng.",
            f"{day} stands there twice",
            day,
        )


def _is_same(decided: DecidedDay, row: SpecialDay | None, decision: Decision) -> bool:
    if row is None or decided.change is Change.WITHDRAWN:
        return False
    confirmed = row.legal_basis == decision.legal_basis and not row.is_provisional
    return row.kind.value == decided.change.value and (confirmed or row.name == decided.name)


def _check_day(
    decided: DecidedDay, row: SpecialDay | None, calendar: WorkingCalendar, *, today: date
) -> None:
    day, change = decided.day, decided.change
    if change is Change.WITHDRAWN and row is None:
        raise _refused(
            "unknown_day",
            f"Không có dòng lịch nào của ngày {day:%d/%m/%Y} để bỏ.",
            f"there is no row of {day} to take back",
            day,
        )
    if change is Change.MAKE_UP and _is_worked(day, calendar) and row is None:
        raise _refused(
            "worked_already",
            f"Ngày {day:%d/%m/%Y} vốn là ngày làm việc, không cần làm bù.",
            f"{day} is a working day as it is",
            day,
        )
    if day < today:
        _check_past(decided, row, calendar, today=today)


def _check_past(
    decided: DecidedDay, row: SpecialDay | None, calendar: WorkingCalendar, *, today: date
) -> None:
    """Of the past only a closure may be entered, and only soon after it."""
    day = decided.day
    opens = decided.change is not Change.OFF
    if opens and row is not None and row.kind is DayKind.OFF:
        raise _refused(
            "already_closed_on",
            f"Ngày {day:%d/%m/%Y} đã qua và đã nghỉ; không thể bỏ ngày nghỉ.",
            f"{day} has passed and the office was closed; it cannot be opened any more",
            day,
        )
    if opens and row is not None:
        raise _refused(
            "already_worked_on",
            f"Ngày {day:%d/%m/%Y} đã qua và đã làm bù; không thể bỏ.",
            f"{day} has passed and was worked; that cannot be undone",
            day,
        )
    if opens:
        raise _refused(
            "not_worked_then",
            f"Ngày {day:%d/%m/%Y} đã qua và không làm việc.",
            f"{day} has passed and nobody worked",
            day,
        )
    if day < today - FARTHEST_BACK and _is_worked(day, calendar):
        raise _refused(
            "too_late",
            f"Ngày {day:%d/%m/%Y} đã qua hơn {FARTHEST_BACK.days} ngày.",
            f"{day} lies more than {FARTHEST_BACK.days} days back",
            day,
        )


def _is_worked(day: date, calendar: WorkingCalendar) -> bool:
    try:
        return calendar.is_working_day(day)
    except CalendarGapError:
        return False


def special_days(decision: Decision, settled: Sequence[DecidedDay]) -> list[SpecialDay]:
    """Return the rows that a settled decision brings; days taken back are none of them."""
    return [
        SpecialDay(decided.day, DayKind(decided.change.value), decided.name, decision.legal_basis)
        for decided in settled
        if decided.change is not Change.WITHDRAWN
    ]


def _refused(rule: str, vi: str, en: str, day: date | None = None) -> DecisionRefusedError:
    named = {} if day is None else {"day": day.isoformat()}
    return DecisionRefusedError(vi, en, rule=rule, **named)
