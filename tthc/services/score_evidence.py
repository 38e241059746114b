"""The dossiers behind any number: of the figures, or of the score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy.orm import Session

from tthc.domain.metrics import Period
from tthc.domain.scope import Scope
from tthc.domain.score_numbers import SCORE_NUMBERS, ScoreNumber
from tthc.domain.traits import traits_of
from tthc.services.evidence import EvidenceList, Place, gather, list_behind, refuse_more, units_of
from tthc.services.reference import load_reference
from tthc.storage.queries.scores import list_handled


@dataclass(frozen=True, slots=True)
class WantedList:
    """Which number's dossiers are wanted: of which period and place, seen from when."""

    number: str
    period: Period
    place: Place
    as_of: datetime


def list_number(
    session: Session, wanted: WantedList, scope: Scope, *, most: int | None = None
) -> EvidenceList:
    """Return the dossiers behind a number, each judged again.

    Raises:
        NumberUnknownError: there is no such number.
        NotFoundError: no such unit, or outside ``scope``: the answers are the same.
        ListTooLongError: more than ``most`` would have to be looked at.
    """
    number = SCORE_NUMBERS.get(wanted.number)
    if number is not None:
        return _list_scored(session, wanted, scope, number=number, most=most)
    seen = (wanted.period, wanted.place, scope)
    return list_behind(gather(session, *seen, as_of=wanted.as_of, most=most), wanted.number)


def _list_scored(
    session: Session, wanted: WantedList, scope: Scope, *, number: ScoreNumber, most: int | None
) -> EvidenceList:
    reference = load_reference(session)
    units = units_of(session, wanted.place, scope)
    handled, head = list_handled(session, wanted.period, units, most=most)
    refuse_more(len(handled), most)
    rows = [row for row, handling in handled if number.has(traits_of(handling))]
    return EvidenceList(
        number=number.name,
        unit_code=wanted.place.unit_code,
        period=wanted.period,
        as_of=wanted.as_of,
        calendar_revision=reference.calendar.revision,
        event_head=head,
        rows=sorted(rows, key=attrgetter("code")),
    )
