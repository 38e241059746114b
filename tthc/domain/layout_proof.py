"""Proving the checks of a layout once for all: by every way in which a dossier can stand.

A column adds dossiers up, so an equation that is true of each dossier there can be is true of
every report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from tthc.domain.layouts import Layout, counts_in
from tthc.domain.metrics import Tally
from tthc.domain.standing import Fact, tally_standing

_ARRIVED = (Fact(0), Fact.DIRECT, Fact.ONLINE, Fact.POSTAL)
_BY = (Fact(0), Fact.BY_CITIZEN)
_WHEN = (Fact(0), Fact.RECEIVED, Fact.RECEIVED | Fact.ELIGIBLE)
_ENDED = (Fact.FINISHED, Fact.CLOSED, Fact(0), Fact.STOPPED)
_ASKED = (Fact(0), Fact.UNSOUND)
_HELD = (
    Fact.EARLY,
    Fact(0),
    Fact.LATE_BY_INSTANT,
    Fact.LATE_BY_DAY | Fact.LATE_BY_INSTANT,
)
_HELD_TO_ORIGINAL = (
    Fact(0),
    Fact.LATE_TO_ORIGINAL_BY_INSTANT,
    Fact.LATE_TO_ORIGINAL_BY_DAY | Fact.LATE_TO_ORIGINAL_BY_INSTANT,
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A check, by its number from 1, that is not true of a dossier with these facts."""

    number: int
    facts: Fact


def find_broken(layout: Layout) -> Broken | None:
    """Return the first check that some dossier breaks, None when all always hold."""
    for facts, tally in _every_dossier() if layout.checks else ():
        values = counts_in(layout, tally)
        for number, check in enumerate(layout.checks, start=1):
            if not check.is_true_of(values):
                return Broken(number, facts)
    return None


def every_standing() -> Iterator[Fact]:
    """Give each set of facts that may be true of one dossier in a period."""
    with_due = [Fact.WITH_DUE | a | b for a, b in product(_HELD, _HELD_TO_ORIGINAL)]
    for parts in product(_ARRIVED, _BY, _WHEN, _ENDED, _ASKED, (Fact(0), *with_due)):
        facts = Fact(0)
        for part in parts:
            facts |= part
        yield facts


@cache
def _every_dossier() -> tuple[tuple[Fact, Tally], ...]:
    return tuple((facts, tally_standing(facts)) for facts in every_standing())
