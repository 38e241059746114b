"""Every number that is published of a period, by name: counts, numerators and denominators.

Each is a function of a tally. Of the tally of one dossier it is 1 when the dossier is behind
the number and 0 when it is not, so the same formula counts and lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from tthc.domain.errors import RuleError
from tthc.domain.metrics import DEFINITIONS, HELD_COUNTS, OWN_COUNTS, Tally


class NumberUnknownError(RuleError):
    """No number of that name is published."""

    code = "number_unknown"


@dataclass(frozen=True, slots=True)
class Number:
    """One number: ``finished``, ``by_day.finished_late``, ``online_share/1.numerator``."""

    name: str
    of: Callable[[Tally], int]


def _all() -> Iterator[Number]:
    for name in OWN_COUNTS:
        yield Number(name, attrgetter(name))
    for way in ("by_day", "by_instant"):
        yield from (Number(f"{way}.{name}", attrgetter(f"{way}.{name}")) for name in HELD_COUNTS)
    for definition in DEFINITIONS:
        yield Number(f"{definition.name}.numerator", definition.numerator)
        yield Number(f"{definition.name}.denominator", definition.denominator)


NUMBERS: Mapping[str, Number] = {number.name: number for number in _all()}


def find_number(name: str) -> Number:
    """Return the number of that name.

    Raises:
        NumberUnknownError: there is none.
    """
    try:
        return NUMBERS[name]
    except KeyError:
        raise NumberUnknownError(
            "Không có số liệu nào tên như vậy.",
            "no number of that name is published",
            field="number",
        ) from None
