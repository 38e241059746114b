"""The table in which every figure stands beside its limit and its bare baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("measure", "figure", "limit", "baseline", "", "ratio", "")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure; rates (``/s``) must reach their limit, times must stay within it."""

    name: str
    figure: float
    unit: str
    limit: float | None
    beside: str
    baseline: float

    @property
    def is_rate(self) -> bool:
        return self.unit == "/s"

    @property
    def ratio(self) -> float:
        """How many times as dear as the baseline."""
        if self.is_rate:
            return self.baseline / self.figure
        return self.figure / self.baseline

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        holds = self.figure >= self.limit if self.is_rate else self.figure <= self.limit
        return "holds" if holds else "MISSED"

    def cells(self) -> tuple[str, ...]:
        sign = "≥" if self.is_rate else "≤"
        limit = "" if self.limit is None else f"{sign} {shown(self.limit, self.unit)}"
        return (
            self.name,
            shown(self.figure, self.unit),
            limit,
            shown(self.baseline, self.unit),
            self.beside,
            f"{self.ratio:.1f}",
            self.verdict,
        )


def shown(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1
    return f"{value:,.{digits}f} {unit}"


def print_table(rows: Sequence[Row]) -> None:
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    print()
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))
