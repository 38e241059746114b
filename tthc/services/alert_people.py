"""How alerts reach people: what each was told and did, and who cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.alert_quality import PEOPLE_DEFINITION, PersonCounts
from tthc.domain.metrics import Period
from tthc.domain.scope import Scope
from tthc.services.reference import UnitEntry, load_reference
from tthc.storage.queries.alert_people import Unreachable, list_unreachable, tally_people
from tthc.storage.queries.metrics import find_event_head


@dataclass(frozen=True, slots=True)
class AlertPersonRow:
    """One person's alerts of one unit; ``unit`` is None where the dossiers are unassigned."""

    unit: UnitEntry | None
    username: str
    counts: PersonCounts


@dataclass(frozen=True, slots=True)
class AlertPeopleSheet:
    """What people were told of the alerts of a period, by unit (unassigned last) and name."""

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    rows: Sequence[AlertPersonRow]
    unreachable: Sequence[Unreachable]
    definition: str = PEOPLE_DEFINITION


def measure_people(
    session: Session, period: Period, scope: Scope, *, as_of: datetime
) -> AlertPeopleSheet:
    """Return what each person was told of the alerts raised in ``period``, until its ``at``.

    Within ``scope``. Who is unreachable is told as it stands now.
    """
    reference = load_reference(session)
    units = None if scope.everything else scope.units
    tallies = tally_people(session, period, units)
    keys = sorted(tallies, key=lambda key: (key[0] is None, key[0] or "", key[1]))
    return AlertPeopleSheet(
        period=period,
        as_of=as_of,
        calendar_revision=reference.calendar.revision,
        event_head=find_event_head(session),
        rows=[
            AlertPersonRow(reference.units.get(unit or ""), name, tallies[unit, name])
            for unit, name in keys
        ],
        unreachable=list_unreachable(session, units),
    )
