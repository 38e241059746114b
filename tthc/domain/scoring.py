"""Points for fractions of two counts, in decimal arithmetic only.

A published score rounds twice: a ratio becomes a percentage with two decimals, the points of a
part get two decimals, both half up; then parts are added. Groups and totals are never rounded.
Source: 34 of 35 scores of group 5 that the national portal published for Phú Thọ on 26 September
2026 come out to the digit (DVCQG, formality-online-payment-tree).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
NOTHING = Decimal(0)


class Formula(StrEnum):
    """How a percentage becomes points: in proportion up to 100 %, or full from ``full_at`` on."""

    LINEAR = "linear"
    FULL_AT = "full_at"


class WhenEmpty(StrEnum):
    """What a part is worth when its denominator is 0."""

    ZERO = "zero"
    NOT_APPLICABLE = "not_applicable"
    FULL = "full"


class Origin(StrEnum):
    """Whether a part is counted from dossiers, or reported by a person with its source."""

    COUNTED = "counted"
    REPORTED = "reported"


class Lack(StrEnum):
    """Why a part has no points, which is not the same as 0 points.

    NOT_REPORTED: nobody entered its figure. INCOMPLETE: some unit below has none. UNTOLD: all
    dossiers came from where it is not told. NOT_APPLICABLE: there was nothing to count.
    """

    NOT_REPORTED = "not_reported"
    INCOMPLETE = "incomplete"
    UNTOLD = "untold"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Part:
    """One indicator of a score.

    Attributes:
        national_code: what the national portal calls it, where that is known.
        definition: the id, with version, of how its numerator and denominator are counted.
        full_at: the percentage from which on it gets its ``maximum``.
        adds_up: whether counts of units may be added up. Procedures may not: one that two communes
            offer is one procedure of their province.
    """

    code: str
    group: str
    name: str
    name_en: str
    maximum: Decimal
    origin: Origin
    definition: str
    source: str
    full_at: Decimal = HUNDRED
    when_empty: WhenEmpty = WhenEmpty.NOT_APPLICABLE
    national_code: str | None = None
    adds_up: bool = True

    @property
    def formula(self) -> Formula:
        """The kind of formula, from where it is full."""
        return Formula.LINEAR if self.full_at == HUNDRED else Formula.FULL_AT


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that are told together."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The two counts of a part, both None when there are none, and then why.

    Attributes:
        untold: dossiers of the denominator of which the fact is not known, so not in the numerator.
        missing_units: how many units have no figure, of a pooled one.
    """

    numerator: int | None
    denominator: int | None
    lack: Lack | None = None
    untold: int = 0
    missing_units: int = 0


@dataclass(frozen=True, slots=True)
class PartScore:
    """What a part is worth: ``points`` None, with the ``lack``, when it is worth nothing known."""

    part: Part
    measure: Measure
    percent: Decimal | None
    points: Decimal | None
    lack: Lack | None


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A group: the sum of the parts that have points, and the maxima of these parts."""

    group: Group
    parts: Sequence[PartScore]
    points: Decimal | None
    out_of: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """All groups. ``points`` are of the ``out_of`` that could be computed, not of ``maximum``."""

    groups: Sequence[GroupScore]
    points: Decimal | None
    out_of: Decimal
    maximum: Decimal


def percent_of(numerator: int, denominator: int) -> Decimal | None:
    """Return a fraction as a percentage with two decimals, half up; None for nothing at all."""
    return _round(numerator * HUNDRED / denominator) if denominator else None


def points_of(percent: Decimal, maximum: Decimal, full_at: Decimal = HUNDRED) -> Decimal:
    """Return the points of a percentage, two decimals half up, at most ``maximum``."""
    return _round(min(maximum, maximum * percent / full_at))


def score_part(part: Part, measure: Measure) -> PartScore:
    """Return what a part is worth with these counts."""
    if measure.numerator is None or measure.denominator is None:
        return PartScore(part, measure, None, None, measure.lack or Lack.NOT_REPORTED)
    percent = percent_of(measure.numerator, measure.denominator)
    if percent is not None:
        points = points_of(percent, part.maximum, part.full_at)
        return PartScore(part, measure, percent, points, None)
    if part.when_empty is WhenEmpty.NOT_APPLICABLE:
        return PartScore(part, measure, None, None, Lack.NOT_APPLICABLE)
    worth = part.maximum if part.when_empty is WhenEmpty.FULL else NOTHING
    return PartScore(part, measure, None, worth, None)


def score_all(
    groups: Sequence[Group], parts: Sequence[Part], measures: Mapping[str, Measure]
) -> Score:
    """Return the score of all parts by their codes; one without a measure was not reported."""
    nothing = Measure(None, None, Lack.NOT_REPORTED)
    scored = [score_part(part, measures.get(part.code, nothing)) for part in parts]
    told = [_grouped(group, [s for s in scored if s.part.group == group.code]) for group in groups]
    return Score(told, *_added(scored))


def _grouped(group: Group, scored: Sequence[PartScore]) -> GroupScore:
    return GroupScore(group, scored, *_added(scored))


def _added(scored: Iterable[PartScore]) -> tuple[Decimal | None, Decimal, Decimal]:
    """Return the points, the maxima of what has points, and all maxima."""
    every = list(scored)
    known = [s for s in every if s.points is not None]
    points = sum((s.points for s in known if s.points is not None), NOTHING) if known else None
    out_of = sum((s.part.maximum for s in known), NOTHING)
    return points, out_of, sum((s.part.maximum for s in every), NOTHING)


def _round(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
