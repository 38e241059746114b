"""Layouts of reports: what each line is of, which columns it has, and what stands around them.

A layout is data that an office may add or change. It names published numbers and known facts;
it cannot count by itself. Choice: docs/decisions/reports.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import Template

from tthc.domain.dimensions import Dimension
from tthc.domain.metrics import Tally
from tthc.domain.numbers import NUMBERS


class Listing(StrEnum):
    """A report with a line for each dossier: those received in the period, or late at its end."""

    RECEIVED = "received"
    OVERDUE = "overdue"


Rows = Dimension | Listing
"""What each line of a report is of."""

COUNTED_BY = (
    *(Dimension.FIELD, Dimension.UNIT, Dimension.RECEIVING_UNIT, Dimension.PROCEDURE),
    Dimension.CHANNEL,
)
"""The dimensions that a report may count by."""

TOLD_OF_PARTS = ("position", "name", "code", "blank")
TOLD_OF_DOSSIERS = (
    *("position", "code", "procedure", "procedure_code", "field", "channel", "receiving_unit"),
    *("resolving_unit", "received_at", "due_at", "finished_at", "returned_at", "stopped_at"),
    *("applicant", "applicant_phone", "return_form", "officer", "stage", "days_late", "blank"),
)
"""The facts that a column may tell of one part of the counts, or of one dossier."""

ABOUT_MUST = (
    *("unit", "period", "legal_basis", "at", "event_head", "calendar_revision"),
    *("definitions", "fingerprint"),
)
ABOUT = (*ABOUT_MUST, "as_of", "state", "rows", "rules")
"""The facts of a whole report; the first ones must be told somewhere around the table."""


class Words(Template):
    """A text in which ``$name`` stands for a fact and ``${by_day.closed_late}`` for a number."""

    braceidpattern = r"[a-z][a-z0-9_./]*"

    def names(self) -> list[str]:
        """Return what stands after a ``$``, each once."""
        return self.get_identifiers()


@dataclass(frozen=True, slots=True)
class Told:
    """A cell that tells a fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A cell that adds published numbers up."""

    numbers: tuple[str, ...]

    def of(self, tally: Tally) -> int:
        """Return the sum for one part."""
        return sum(NUMBERS[name].of(tally) for name in self.numbers)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A cell that divides two counted columns, named by their marks."""

    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``mark`` names it within the layout and is printed as ``(mark)``.

    ``above`` are the headings that it shares with its neighbours, the topmost first.
    """

    mark: str
    title: str
    above: tuple[str, ...]
    width: float
    holds: Told | Counted | Ratio

    @property
    def heading(self) -> str:
        """All its headings in one line."""
        return " – ".join([*self.above, self.title])


@dataclass(frozen=True, slots=True)
class Check:
    """An equation between sums of counted columns, each column by its mark."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """Every column in it."""
        return self.left + self.right

    def __str__(self) -> str:
        return " = ".join(" + ".join(f"({mark})" for mark in side) for side in self.sides)

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What must be equal."""
        return self.left, self.right

    def is_true_of(self, values: Mapping[str, int]) -> bool:
        """Whether it holds in one line, whose counts are given by mark."""
        left, right = (sum(values[mark] for mark in side) for side in self.sides)
        return left == right


@dataclass(frozen=True, slots=True)
class Layout:
    """How a report looks.

    Attributes:
        id: with a version; told in each report.
        form: the official number of the form.
        total: what the line of totals is called; empty for a report of dossiers.
        head: pairs of a label and a text, above the table; ``notes`` stand below it.
    """

    id: str
    form: str
    title: str
    legal_basis: str
    rows: Rows
    total: str
    is_landscape: bool
    head: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]
    notes: tuple[str, ...]

    @property
    def counted(self) -> dict[str, Counted]:
        """The counted columns by mark."""
        return {c.mark: c.holds for c in self.columns if isinstance(c.holds, Counted)}

    @property
    def definitions(self) -> Sequence[str]:
        """The layout's id, and the definition of each rate that it shows."""
        numbers = {name for column in self.counted.values() for name in column.numbers}
        halves = (".numerator", ".denominator")
        rates = {name.rpartition(".")[0] for name in numbers if name.endswith(halves)}
        return [self.id, *sorted(rates)]


def counts_in(layout: Layout, tally: Tally) -> dict[str, int]:
    """Return the counted cells of one line, by mark."""
    return {mark: column.of(tally) for mark, column in layout.counted.items()}
