"""How content citizens were with the dealing of their dossier, once it was returned.

Choice: docs/decisions/satisfaction.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tthc.domain.errors import ConflictError, RuleError
from tthc.domain.metrics import rate

DEFINITION = "satisfaction/1"
"""Satisfied ÷ rated, of the ratings given in the period, by the unit that resolved the dossier.

A changed rule is a new version beside this one. Quyết định 766/QĐ-TTg gives satisfaction 18 of
its 100 points; this is our count of the citizens' answers, not its formula.
"""


class Grievance(StrEnum):
    """Why somebody was not satisfied. Codes only: a free text could hold names."""

    LATE = "late"
    UNCLEAR = "unclear"
    PAPERS_AGAIN = "papers_again"
    PAPERS_BEYOND = "papers_beyond"
    ATTITUDE = "attitude"
    COST = "cost"
    OTHER = "other"


class RatingInvalidError(RuleError):
    """Nothing was chosen, or reasons were given for being satisfied."""

    code = "rating_invalid"


class NotReturnedError(ConflictError):
    """The result was not returned yet, so there is nothing to rate."""

    code = "not_returned"


@dataclass(frozen=True, slots=True)
class Rating:
    """One citizen's answer; reasons belong to a no.

    Raises:
        RatingInvalidError: reasons with a yes.
    """

    is_satisfied: bool
    grievances: frozenset[Grievance] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a yes with reasons against it."""
        if self.is_satisfied and self.grievances:
            raise RatingInvalidError(
                "Chỉ chọn lý do khi không hài lòng.",
                "reasons go with not being satisfied",
                field="grievance",
            )


@dataclass(frozen=True, slots=True)
class Ratings:
    """Answers counted: how many there are, how many satisfied, and the reasons of the others."""

    rated: int = 0
    satisfied: int = 0
    grievances: Mapping[Grievance, int] = field(default_factory=dict)

    @property
    def value(self) -> float | None:
        """The share of the satisfied in [0, 1]; None without an answer."""
        return rate(self.satisfied, self.rated)

    def plus(self, other: Ratings) -> Ratings:
        """Return both together, as a parent's figures come from pooled counts."""
        joined = {
            reason: count
            for reason in Grievance
            if (count := self.grievances.get(reason, 0) + other.grievances.get(reason, 0))
        }
        return Ratings(self.rated + other.rated, self.satisfied + other.satisfied, joined)
