"""Citizens rate how their dossier was dealt with, once; their answers are told as counts.

Choice: docs/decisions/satisfaction.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.lifecycle import Status
from tthc.domain.metrics import Period
from tthc.domain.moment import TICK, civil_day
from tthc.domain.satisfaction import DEFINITION, NotReturnedError, Rating, Ratings
from tthc.domain.scope import EVERYTHING, Scope
from tthc.services.reference import UnitEntry, load_reference
from tthc.storage.queries import satisfaction as queries
from tthc.storage.queries.dossiers import get_dossier
from tthc.storage.queries.metrics import find_event_head
from tthc.storage.tables.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class SatisfactionRow:
    """The ratings of one unit; no unit is the unassigned bucket, or the total."""

    unit: UnitEntry | None
    ratings: Ratings


@dataclass(frozen=True, slots=True)
class SatisfactionSheet:
    """The ratings of a period by resolving unit; the rows add up to the total."""

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    rows: list[SatisfactionRow]
    total: SatisfactionRow
    definition: str = DEFINITION


def rate_dossier(session: Session, code: str, rating: Rating, *, now: datetime) -> bool:
    """Keep the rating of who has shown the secret; False where one was given, which stays.

    Raises:
        NotReturnedError: the result was not returned yet.
    """
    dossier = get_dossier(session, code, EVERYTHING)
    if dossier.status is not Status.RETURNED:
        raise NotReturnedError(
            "Chỉ đánh giá sau khi đã nhận kết quả.", "only what was returned can be rated"
        )
    return queries.add_rating(session, dossier, rating, rated_on=civil_day(now))


def may_be_rated(session: Session, dossier: Dossier) -> bool:
    """Say whether the dossier waits for its rating."""
    return dossier.status is Status.RETURNED and not queries.has_rating(session, dossier.id)


def measure_satisfaction(
    session: Session, period: Period, scope: Scope, *, as_of: datetime
) -> SatisfactionSheet:
    """Count the ratings given in a period, by the unit that resolved the dossier.

    Units without a rating are left out. The unassigned bucket is told to who sees everything.
    """
    reference = load_reference(session)
    units = None if scope.everything else scope.units
    first, last = civil_day(period.since), civil_day(period.at - TICK)
    found = queries.tally_ratings(session, first, last, units)
    rows = [
        SatisfactionRow(reference.units.get(code or ""), found[code])
        for code in sorted(found, key=lambda code: (code is None, code or ""))
    ]
    total = Ratings()
    for row in rows:
        total = total.plus(row.ratings)
    return SatisfactionSheet(
        period,
        as_of,
        reference.calendar.revision,
        find_event_head(session),
        rows,
        SatisfactionRow(None, total),
    )
