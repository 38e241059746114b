"""How long one due date takes, beside two libraries that count working days.

Usage: python3 bench/deadlines.py [--count 20000]

The libraries are no dependency of the project: `pip install holidays numpy` into .venv shows them,
without them only our own figures are printed. All answer the same questions (received on a day of
2024 to 2026, 1 to 60 working days); how often each agrees with the official calendar is counted.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from random import Random
from statistics import median

import entry  # noqa: F401 - finds the environment

from bench.entry import ROOT
from bench.quiet import wait_for_quiet
from bench.report import Row, print_table
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import DayKind, SpecialDay, Week
from tthc.domain.counting import count
from tthc.domain.deadlines import Offices, compute_due
from tthc.domain.limits import LimitUnit, TimeLimit
from tthc.domain.moment import VIET_NAM, civil_day

MOST_MICROSECONDS = 5.0
WINDOWS = 5
HOURS = dict.fromkeys(range(1, 6), ((450, 690), (810, 1020)))

Question = tuple[datetime, int]


def official() -> WorkingCalendar:
    path = ROOT / "config" / "reference" / "calendar.csv"
    with path.open(encoding="utf-8", newline="") as file:
        days = [
            SpecialDay(date.fromisoformat(row["day"]), DayKind(row["kind"]), row["name"])
            for row in csv.DictReader(file)
        ]
    return WorkingCalendar(1, 2024, 2027, {day.day: day for day in days}, [Week(HOURS)])


def questions(number: int) -> list[Question]:
    rng, first = Random(1), datetime(2024, 1, 2, tzinfo=VIET_NAM)
    minutes = 60 * 24 * 1_000
    return [
        (first + timedelta(minutes=rng.randrange(minutes)), rng.randrange(1, 61))
        for _ in range(number)
    ]


def microseconds(what: str, ask: Callable[[Question], object], asked: Sequence[Question]) -> float:
    """Return the median over some windows of the processor time one question takes on average."""
    wait_for_quiet()
    took = []
    for _ in range(WINDOWS):
        begun = time.process_time()
        for question in asked:
            ask(question)
        took.append((time.process_time() - begun) / len(asked) * 1e6)
    print(f"  {what}: {', '.join(f'{us:.2f}' for us in took)} µs", flush=True)
    return median(took)


def agreement(
    calendar: WorkingCalendar, ask: Callable[[Question], date], asked: Sequence[Question]
) -> float:
    right = (calendar.nth_working_day_after(civil_day(q[0]), q[1]) == ask(q) for q in asked)
    return sum(right) / len(asked)


def others(calendar: WorkingCalendar) -> dict[str, Callable[[Question], date]]:
    """Return the libraries at hand, asked for the n-th working day after the day of receipt."""
    found: dict[str, Callable[[Question], date]] = {}
    if find_spec("holidays"):
        import holidays  # noqa: PLC0415 - not everybody has it

        viet_nam = holidays.country_holidays("VN", years=range(2024, 2028))
        found["holidays"] = lambda q: viet_nam.get_nth_working_day(civil_day(q[0]), q[1])
    if find_spec("numpy"):
        import numpy as np  # noqa: PLC0415 - not everybody has it

        off = [d for d, row in calendar.special.items() if row.kind is DayKind.OFF]
        busy = np.busdaycalendar(holidays=off)
        found["numpy.busday_offset"] = lambda q: np.busday_offset(
            civil_day(q[0]), q[1], roll="backward", busdaycal=busy
        ).item()
    return found


def measure_deadlines(number: int) -> list[Row]:
    calendar, asked = official(), questions(number)
    offices = Offices.one(calendar)
    limits = {
        unit: [TimeLimit(n, unit) for n in range(61)[1:]]
        for unit in (LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.WORKING_HOUR)
    }
    libraries = others(calendar)
    beside = {
        name: microseconds(f"{name}, n-th working day", ask, asked)
        for name, ask in libraries.items()
    }
    for name, ask in libraries.items():
        print(f"  {name}: agrees in {agreement(calendar, ask, asked):.2%} of the questions")
    nth = microseconds(
        "our n-th working day",
        lambda q: calendar.nth_working_day_after(civil_day(q[0]), q[1]),
        asked,
    )
    rows = [
        Row("n-th working day", nth, "µs", MOST_MICROSECONDS, name, took)
        for name, took in beside.items()
    ]
    for unit, of_unit in limits.items():

        def due(q: Question, of_unit: list[TimeLimit] = of_unit) -> object:
            return count(calendar.opening_from(q[0]), of_unit[q[1] - 1], calendar)

        took = microseconds(f"due instant, {unit.value}", due, asked)
        rows.append(
            Row(f"due instant: {unit.value}", took, "µs", MOST_MICROSECONDS, "n-th day", nth)
        )

    def told(q: Question) -> object:
        return compute_due(q[0], limits[LimitUnit.WORKING_DAY][q[1] - 1], offices)

    took = microseconds("due date with its derivation", told, asked)
    return [*rows, Row("due date with its derivation", took, "µs", None, "n-th day", nth)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=20_000)
    print_table(measure_deadlines(options.parse_args().count))


if __name__ == "__main__":
    main()
