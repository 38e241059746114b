"""Provincial PAR INDEX criteria: points by bands, and how far it is to the next one.

Each province decides its own set for a year, so criteria are data (``par_reading``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from tthc.domain.scoring import HUNDRED, NOTHING, Lack, Measure, percent_of, points_of


@dataclass(frozen=True, slots=True)
class Band:
    """What a percentage of at least ``at_least`` is worth; ``points`` None is in proportion."""

    at_least: Decimal
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a province and year.

    Attributes:
        figure: the name of the figure that feeds it.
        bands: the highest first; the last one begins at 0.
        is_confirmed: whether it was checked against the decision it names.
    """

    province: str
    year: int
    code: str
    name: str
    maximum: Decimal
    figure: str
    bands: Sequence[Band]
    legal_basis: str
    is_confirmed: bool
    source: str


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """What a criterion is worth; ``points`` None, with the ``lack``, is not 0.

    Attributes:
        percent: with two decimals. Bands are held against the exact fraction: rounding lifts
            nobody over a threshold.
        more_to_next: how many more above the line, of the same below it, reach the band above;
            None in the highest one.
        fewer_allowed: how many fewer stay in this band; None in the lowest one.
    """

    criterion: Criterion
    measure: Measure
    percent: Decimal | None = None
    points: Decimal | None = None
    lack: Lack | None = None
    more_to_next: int | None = None
    fewer_allowed: int | None = None


@dataclass(frozen=True, slots=True)
class ParScore:
    """All criteria of a set; ``points`` are of ``out_of``, the maxima of what has points."""

    criteria: Sequence[CriterionScore]
    points: Decimal | None
    out_of: Decimal
    maximum: Decimal

    @property
    def is_confirmed(self) -> bool:
        """Whether every criterion was checked against its decision."""
        return all(scored.criterion.is_confirmed for scored in self.criteria)


def score_criterion(criterion: Criterion, measure: Measure) -> CriterionScore:
    """Return what a criterion is worth with these counts."""
    above, below = measure.numerator, measure.denominator
    if above is None or below is None:
        return CriterionScore(criterion, measure, lack=measure.lack or Lack.NOT_REPORTED)
    percent = percent_of(above, below)
    if percent is None:
        return CriterionScore(criterion, measure, lack=Lack.NOT_APPLICABLE)
    needed = [_needed(band, below) for band in criterion.bands]
    place = next(n for n, least in enumerate(needed) if above >= least)
    band = criterion.bands[place]
    points = points_of(percent, criterion.maximum) if band.points is None else band.points
    return CriterionScore(
        criterion,
        measure,
        percent,
        points,
        more_to_next=needed[place - 1] - above if place else None,
        fewer_allowed=above - needed[place] if needed[place] else None,
    )


def score_set(criteria: Sequence[Criterion], measures: Mapping[str, Measure]) -> ParScore:
    """Return the score of a set from the measures of its figures, by name."""
    nothing = Measure(None, None, Lack.NOT_REPORTED)
    scored = [score_criterion(c, measures.get(c.figure, nothing)) for c in criteria]
    known = [s.points for s in scored if s.points is not None]
    return ParScore(
        scored,
        sum(known, NOTHING) if known else None,
        sum((s.criterion.maximum for s in scored if s.points is not None), NOTHING),
        sum((criterion.maximum for criterion in criteria), NOTHING),
    )


def _needed(band: Band, below: int) -> int:
    """Return how many above the line reach a band."""
    return int((band.at_least * below / HUNDRED).to_integral_value(ROUND_CEILING))
