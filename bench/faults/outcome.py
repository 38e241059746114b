"""The table of figures: what was broken, how often, what came of it, and the limit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

HEADINGS = ("scenario", "rounds", "figure", "value", "limit", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the most (or ``least``) it may be; without either it only informs."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool:
        at_most = self.most is None or self.value <= self.most
        return at_most and (self.least is None or self.value >= self.least)

    @property
    def limit(self) -> str:
        if self.most is not None:
            return f"≤ {shown(self.most, self.unit)}" if self.most else "0"
        return "" if self.least is None else f"≥ {shown(self.least, self.unit)}"

    @property
    def verdict(self) -> str:
        if self.most is None and self.least is None:
            return ""
        return "held" if self.holds else "MISSED"


@dataclass(slots=True)
class Outcome:
    """What one scenario gave. ``caught`` says for each seeded fault whether it was seen."""

    scenario: str
    rounds: int
    figures: list[Figure] = field(default_factory=list)
    caught: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return all(figure.holds for figure in self.figures) and all(self.caught.values())

    def add(self, name: str, value: float, unit: str = "", **limit: float) -> None:
        self.figures.append(Figure(name, value, unit, **limit))

    def none(self, **counts: float) -> None:
        """Add counts that must be 0."""
        for name, value in counts.items():
            self.add(name.replace("_", " "), value, most=0)


def shown(value: float, unit: str) -> str:
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:,.2f}"
    return f"{text} {unit}".strip()


def lines_of(outcome: Outcome) -> list[tuple[str, ...]]:
    lines = [
        ("", "", figure.name, shown(figure.value, figure.unit), figure.limit, figure.verdict)
        for figure in outcome.figures
    ]
    for fault, caught in outcome.caught.items():
        word, verdict = ("yes", "held") if caught else ("NO", "MISSED")
        lines.append(("", "", f"seeded fault caught: {fault}", word, "yes", verdict))
    first = (outcome.scenario, str(outcome.rounds), *lines[0][2:])
    return [first, *lines[1:]]


def print_table(outcomes: Sequence[Outcome]) -> None:
    lines = [HEADINGS, *(line for outcome in outcomes for line in lines_of(outcome))]
    print()
    print("| " + " | ".join(HEADINGS[:-1]) + " | |")
    print("|" + "---|" * len(HEADINGS))
    for line in lines[1:]:
        print("| " + " | ".join(line) + " |")


def as_json(outcomes: Sequence[Outcome]) -> str:
    told = [
        asdict(outcome)
        | {
            "holds": outcome.holds,
            "figures": [asdict(figure) | {"verdict": figure.verdict} for figure in outcome.figures],
        }
        for outcome in outcomes
    ]
    return json.dumps(told, ensure_ascii=False, indent=1)
