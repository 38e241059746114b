"""When a result is due: from receipt, limit and stops to an instant, with every step told.

A due date is never a bare date: each computation returns its derivation, and replaying the
derivation (``tthc.domain.replaying``) gives the due date again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.counting import Stop, count, move
from tthc.domain.errors import RuleError
from tthc.domain.ledger import NOTHING_CITED, Due, Facts, Step, make_due, passed_over
from tthc.domain.limits import Granularity, StopMode, TimeLimit
from tthc.domain.moment import civil_day


@dataclass(frozen=True, slots=True)
class Offices:
    """Whose calendars hold: ``desk`` of the receiving unit, ``work`` of the resolving one.

    Receipt is normalised to the desk's hours; days and hours are counted where the work is done.
    """

    desk: WorkingCalendar
    work: WorkingCalendar

    @classmethod
    def one(cls, calendar: WorkingCalendar) -> Offices:
        """Return the offices of a unit that receives and resolves."""
        return cls(calendar, calendar)


def compute_due(
    received_at: datetime, limit: TimeLimit, offices: Offices, cited: Facts = NOTHING_CITED
) -> Due | None:
    """Return when a dossier received at ``received_at`` is due; None for a limit ``NONE``.

    Receipt outside opening hours counts as the next opening. The day of receipt is not
    counted, and a limit in calendar days that ends on a day off runs to the next working
    day. ``cited`` is what the rule is based on, kept with it. Source: Bộ luật Dân sự 2015,
    Art. 147 and 148.

    Raises:
        CalendarGapError: the limit reaches a year without a calendar.
    """
    if not limit.has_due_date:
        return None
    received = Step("received", received_at, {})
    rule = Step("rule", received_at, {**_rule(limit), **cited, **_revision(offices)})
    return _counted(received_at, limit, offices, (received, rule))


def end_stop(
    due: Due, stop: Stop, limit: TimeLimit, offices: Offices, *, mode: StopMode, reason: str = ""
) -> Due:
    """Return ``due`` after a stop: counted anew from its end, or moved by its working time.

    A stop that began when the dossier was already late moves nothing: late stays late. One that
    begins the moment another ends goes on with it, so both together move as much as one. A
    stop within one day moves a day limit by nothing. A date taken over moves, but is never
    counted anew.
    """
    facts = {
        "mode": mode.value,
        "reason": reason,
        "stopped_at": stop.started_at.isoformat(),
        "resumed_at": stop.ended_at.isoformat(),
    } | _revision(offices)
    if stop.started_at >= due.overdue_at and not _goes_on(due, stop):
        return due.told(Step("stop_ignored_late", stop.ended_at, facts))
    if mode is StopMode.RESTART and limit.has_due_date:
        restarted = Step("restarted", stop.ended_at, facts)
        return _counted(stop.ended_at, limit, offices, (*due.ledger, restarted))
    moved, by = move(due.counted, stop, limit, offices.work)
    passed = passed_over(due.due_at, moved, limit, offices.work) if by else {}
    told = facts | {"by": by, "unit": limit.unit.value, "counting": limit.counting.value} | passed
    step = Step("shifted", moved.due_at, told)
    return make_due(moved.due_at, due.granularity, (*due.ledger, step))


def _goes_on(due: Due, stop: Stop) -> bool:
    """Whether the clock has stood since a stop that began in time and ended as this one began."""
    last = due.ledger[-1]
    resumed_at = last.facts.get("resumed_at")
    return last.kind == "shifted" and resumed_at == stop.started_at.isoformat()


def extend_due(
    due: Due, new_day: date, offices: Offices, *, at: datetime, unit_code: str | None = None
) -> Due:
    """Return ``due`` moved to the closing of the working day ``new_day`` by an extension.

    ``unit_code`` is the unit that the apology names as responsible.

    Raises:
        RuleError: the new day is a day off or not after the present due day.
    """
    if not offices.work.is_working_day(new_day):
        raise RuleError(
            "Ngày hẹn mới phải là ngày làm việc.", "the new due day must be a working day"
        )
    if new_day <= civil_day(due.due_at):
        raise RuleError(
            "Ngày hẹn mới phải sau ngày hẹn cũ.", "the new due day must be after the present one"
        )
    return keep_promise(due, new_day, offices, at=at, unit_code=unit_code)


def keep_promise(
    due: Due, new_day: date, offices: Offices, *, at: datetime, unit_code: str | None
) -> Due:
    """Return ``due`` extended to ``new_day`` as it was promised at ``at``.

    If a later decision closed that day, the next working day holds; if it moved the date behind
    the promise anyway, that date holds.
    """
    day = offices.work.on_or_after(new_day)
    closing = max(offices.work.closing_on(day), due.due_at)
    facts = {
        "decided_at": at.isoformat(),
        "new_due_on": new_day.isoformat(),
        "responsible_unit": unit_code,
    } | _revision(offices)
    step = Step("extended", closing, facts)
    return make_due(closing, Granularity.DAY, (*due.ledger, step))


def given_due(due_at: datetime) -> Due:
    """Return a due date taken over from another system, compared by day, with no derivation."""
    return make_due(due_at, Granularity.DAY, (Step("taken_over", due_at, {}),))


def _counted(
    from_at: datetime, limit: TimeLimit, offices: Offices, ledger: tuple[Step, ...]
) -> Due:
    starts_at = offices.desk.opening_from(from_at)
    counted = count(starts_at, limit, offices.work)
    starts = Step("counting_starts", starts_at, _why_later(from_at, starts_at, offices))
    facts = {"unit": limit.unit.value, "amount": limit.amount, "rule": limit.counting.value}
    passed = passed_over(starts_at, counted, limit, offices.work)
    ended = Step("counted", counted.due_at, facts | passed)
    return make_due(counted.due_at, limit.granularity, (*ledger, starts, ended))


def _why_later(from_at: datetime, starts_at: datetime, offices: Offices) -> dict[str, Any]:
    """Say why counting does not start at receipt: the desk was closed then, or it was a day off."""
    if from_at == starts_at:
        return {}
    is_open = offices.desk.is_working_day(civil_day(from_at))
    return {"closed": "hours" if is_open else "day_off"}


def _rule(limit: TimeLimit) -> dict[str, Any]:
    return {
        "unit": limit.unit.value,
        "amount": limit.amount,
        "counting": limit.counting.value,
        "stop_mode": limit.stop_mode.value,
    }


def _revision(offices: Offices) -> dict[str, Any]:
    return {"calendar_revision": offices.work.revision}
