"""The numbers of a score behind which a list of dossiers stands, by name.

A part that counts procedures has no such list: it is not as long as its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tthc.domain.metrics import Compared
from tthc.domain.qd766 import PARTS_BY_CODE
from tthc.domain.scoring import Part
from tthc.domain.traits import COUNTINGS, Claim, Counting, Trait


@dataclass(frozen=True, slots=True)
class ScoreNumber:
    """One half of a counted part: which dossiers received in the period make it."""

    name: str
    has: Claim


def _both(counting: Counting) -> Claim:
    def is_above(traits: Trait) -> bool:
        return counting.below(traits) and counting.above(traits)

    return is_above


def _numbers_of(code: str, counting: Counting) -> tuple[ScoreNumber, ScoreNumber]:
    stem = PARTS_BY_CODE[code].definition
    above = ScoreNumber(f"{stem}.numerator", _both(counting))
    return above, ScoreNumber(f"{stem}.denominator", counting.below)


SCORE_NUMBERS: Mapping[str, ScoreNumber] = {
    number.name: number
    for code, counting in COUNTINGS.items()
    if not counting.by_procedure
    for number in _numbers_of(code, counting)
}


def evidence_of(part: Part) -> str | None:
    """Return what the two numbers of a part are named after, None if no dossiers are listed.

    With ``.numerator`` or ``.denominator`` it names a list.
    """
    if part.code == "progress":
        return f"{part.definition}.{Compared.DAY}"
    return part.definition if f"{part.definition}.numerator" in SCORE_NUMBERS else None
