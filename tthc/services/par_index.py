"""The PAR INDEX score of a unit over a period, from a set of criteria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.metrics import DEFINITIONS, Period
from tthc.domain.par_index import Criterion, ParScore, score_set
from tthc.domain.qd766 import PARTS
from tthc.domain.scope import Scope
from tthc.domain.scoring import Measure
from tthc.services.reference import UnitEntry, load_reference
from tthc.services.scores import Counts, Place, count_units, place_of

FIGURES = frozenset({d.name for d in DEFINITIONS} | {part.definition for part in PARTS})
"""What may feed a criterion: the figures, and the parts of the score after QĐ 766."""


@dataclass(frozen=True, slots=True)
class ParSheet:
    """A unit's score with what it was computed from."""

    unit: UnitEntry
    period: Period
    as_of: datetime
    event_head: int
    score: ParScore


def measure_par(
    session: Session,
    criteria: Sequence[Criterion],
    unit_code: str,
    scope: Scope,
    *,
    period: Period,
    as_of: datetime,
) -> ParSheet:
    """Return the score of a unit; a province is computed from the dossiers of its communes.

    Raises:
        NotFoundError: no such unit, or outside ``scope``: the answers are the same.
    """
    reference = load_reference(session)
    place = place_of(session, reference, unit_code, scope)
    counts = count_units(session, reference, period, place.units, as_of=as_of)
    score = score_set(criteria, _measures(counts, place))
    return ParSheet(reference.units[unit_code], period, as_of, counts.event_head, score)


def _measures(counts: Counts, place: Place) -> dict[str, Measure]:
    tally, parts = counts.tally(place), counts.measures(place)
    told = {d.name: Measure(d.numerator(tally), d.denominator(tally)) for d in DEFINITIONS}
    return told | {part.definition: parts[part.code] for part in PARTS}
