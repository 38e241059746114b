"""Being away: for which days it can be said, and who hears meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tthc.domain.errors import ConflictError, RuleError

LONGEST = timedelta(days=366)
"""Choice: docs/decisions/recipients.md."""


class AbsenceRefusedError(RuleError):
    """The days or the deputy cannot be."""

    code = "absence_refused"


class AbsenceOverlapsError(ConflictError):
    """The person is away on some of these days already."""

    code = "absence_overlaps"


def check_days(since_on: date, until_on: date, *, today: date) -> None:
    """Accept ``[since_on, until_on)`` unless it is empty, over, or longer than a year.

    Raises:
        AbsenceRefusedError: ``rule`` is ``empty``, ``over`` or ``too_long``.
    """
    if until_on <= since_on:
        _refuse(
            "Ngày trở lại phải sau ngày bắt đầu nghỉ.", "until_on must lie after since_on", "empty"
        )
    if until_on <= today:
        _refuse("Thời gian nghỉ đã qua.", "these days are over", "over")
    if until_on - since_on > LONGEST:
        _refuse("Chỉ ghi nhận nghỉ tối đa một năm.", "an absence lasts a year at most", "too_long")


def _refuse(vi: str, en: str, rule: str) -> None:
    raise AbsenceRefusedError(vi, en, field="until_on", rule=rule)


def who_hears(meant: Iterable[int], away: Mapping[int, int | None]) -> frozenset[int]:
    """Return who hears instead of those ``meant``: themselves, or whoever stands in for them.

    ``away`` gives the deputy of everybody who is away, None for no deputy. A deputy who is away
    is stood in for in turn; those who only stand in for one another hear nothing.
    """
    return frozenset(found for person in meant if (found := _stand_in(person, away)) is not None)


def _stand_in(person: int, away: Mapping[int, int | None]) -> int | None:
    seen: set[int] = set()
    found: int | None = person
    while found is not None and found in away:
        if found in seen:
            return None
        seen.add(found)
        found = away[found]
    return found
