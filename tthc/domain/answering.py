"""What staff answer to an alert, and which rungs an answer keeps quiet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.errors import ConflictError, RuleError
from tthc.domain.ladder import Rung
from tthc.domain.moment import civil_day
from tthc.domain.recipients import height

LONGEST_SNOOZE = 5
"""Working days ahead. Choice: docs/decisions/acknowledging.md."""


class AnswerKind(StrEnum):
    """How somebody answered: they know of it, or want to be told again on a day."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"


class AlertWithdrawnError(ConflictError):
    """The alert was taken back before anybody heard of it."""

    code = "alert_withdrawn"


class SnoozeRefusedError(RuleError):
    """The day is too near or too far, or there is nothing to hold back."""

    code = "snooze_refused"


def check_snooze(until_on: date, calendar: WorkingCalendar, *, now: datetime) -> None:
    """Accept a day after today, at most ``LONGEST_SNOOZE`` working days ahead.

    Raises:
        SnoozeRefusedError: it is none; ``rule`` is ``not_ahead`` or ``too_far``.
    """
    today = civil_day(now)
    if until_on <= today:
        raise SnoozeRefusedError(
            "Ngày nhắc lại phải sau hôm nay.",
            "until_on must be after today",
            field="until_on",
            rule="not_ahead",
        )
    last = calendar.nth_working_day_after(today, LONGEST_SNOOZE)
    if until_on > last:
        raise SnoozeRefusedError(
            f"Chỉ được hoãn nhắc tối đa {LONGEST_SNOOZE} ngày làm việc.",
            f"an alert may be snoozed for {LONGEST_SNOOZE} working days at most",
            field="until_on",
            rule="too_far",
            last=last.isoformat(),
        )


def quieted_by(rungs: Iterable[Rung], rung: Rung) -> frozenset[str]:
    """Return those of the ``rungs`` of one kind whose acknowledgement keeps ``rung`` quiet.

    They are those whose audience reaches as high, itself included: ``rung`` would tell nobody
    above those who know.
    """
    reach = height(rung.audience)
    return frozenset(other.code for other in rungs if height(other.audience) >= reach)
