"""Whose calendar: the nation's days, over them the province's, over them the unit's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import CalendarInvalidError, SpecialDay, Week, covered_years

NATION = None
"""The key of what holds in every unit that says nothing else."""

Key = str | None
Days = Mapping[date, SpecialDay]


@dataclass(frozen=True, slots=True, eq=False)
class CalendarLayers:
    """Every unit's calendar at one revision. Each is laid out once, when it is first asked for.

    Attributes:
        days: the special days by unit, of the nation under ``NATION``.
        weeks: the hours by unit, oldest first; a unit without any keeps its province's, else the
            nation's.
        parents: the province of each unit.

    Raises:
        CalendarInvalidError: no year has all the nation's days off, or there are no hours.
    """

    revision: int
    days: Mapping[Key, Days]
    weeks: Mapping[Key, Sequence[Week]]
    parents: Mapping[str, str | None]
    _years: tuple[int, int] = field(init=False, repr=False)
    _laid: dict[tuple[Key, ...], WorkingCalendar] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the years that the nation's days cover."""
        years = covered_years(list(self.days.get(NATION, {}).values()))
        if years is None or not self.weeks.get(NATION):
            raise CalendarInvalidError(
                "Lịch làm việc chưa đủ các ngày nghỉ lễ, tết của một năm hoặc thiếu giờ làm việc.",
                "the calendar lacks the statutory days off of a year, or any hours",
            )
        object.__setattr__(self, "_years", years)
        object.__setattr__(self, "_laid", {})

    @property
    def nation(self) -> WorkingCalendar:
        """The calendar of a unit that has no days or hours of its own."""
        return self.of(NATION)

    def of(self, unit_code: str | None) -> WorkingCalendar:
        """Return the calendar that ``unit_code`` works by; None or an unknown unit: the nation's.

        A unit's row replaces its province's of the same day, and that one the nation's. Units
        that add nothing share one calendar.
        """
        chain = (self.parents.get(unit_code or ""), unit_code)
        key = tuple(c for c in chain if c is not NATION and (c in self.days or c in self.weeks))
        found = self._laid.get(key)
        if found is None:
            found = self._laid.setdefault(key, self._lay([NATION, *key]))
        return found

    def changed(
        self, unit_code: str | None, brought: Sequence[SpecialDay], taken: Collection[date]
    ) -> CalendarLayers:
        """Return these calendars with days of one unit brought in and others taken away.

        The revision is the next one; everything is laid out anew.

        Raises:
            CalendarInvalidError: what is left makes no calendar.
        """
        days = {day: row for day, row in self.days.get(unit_code, {}).items() if day not in taken}
        days |= {row.day: row for row in brought}
        return CalendarLayers(
            self.revision + 1, {**self.days, unit_code: days}, self.weeks, self.parents
        )

    def _lay(self, chain: Sequence[Key]) -> WorkingCalendar:
        special: dict[date, SpecialDay] = {}
        for code in chain:
            special |= self.days.get(code, {})
        weeks = next(self.weeks[code] for code in reversed(chain) if self.weeks.get(code))
        return WorkingCalendar(self.revision, *self._years, special, weeks)
