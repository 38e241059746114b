"""Periods one after another: a stretch of days cut into months, quarters or years."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum


class Step(StrEnum):
    """How long each period is; WHOLE does not cut."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    WHOLE = "whole"


MONTHS = {Step.MONTH: 1, Step.QUARTER: 3, Step.HALF: 6, Step.NINE_MONTHS: 9, Step.YEAR: 12}


def cut(since: date, until: date, step: Step) -> Iterator[tuple[date, date]]:
    """Give ``[since, until)`` in periods of ``step``, each a half-open pair of days.

    They count from ``since``, whatever day of the month that is: reports cut off on the 15th
    have quarters too. Where a month has no such day its last one counts. The last period may
    be shorter. Nothing for a reversed stretch.
    """
    if step is Step.WHOLE:
        yield from [(since, until)] if since < until else []
        return
    begins, number = since, 0
    while begins < until:
        number += 1
        ends = _months_after(since, number * MONTHS[step])
        yield begins, min(ends, until)
        begins = ends


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
