"""How good alerts are: who heard, who answered, what was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.alert_quality import DEFINITION, AlertCounts
from tthc.domain.metrics import Period
from tthc.domain.scope import Scope
from tthc.services.reference import Reference, UnitEntry, load_reference
from tthc.storage.queries.alert_quality import tally_alerts
from tthc.storage.queries.metrics import find_event_head


@dataclass(frozen=True, slots=True)
class AlertQualityRow:
    """One rung's alerts of one unit; ``unit`` is None where the dossiers are unassigned."""

    unit: UnitEntry | None
    rung: str
    counts: AlertCounts


@dataclass(frozen=True, slots=True)
class AlertQualitySheet:
    """What became of the alerts of a period, by unit (unassigned last) and rung as it rises."""

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    rows: Sequence[AlertQualityRow]
    definition: str = DEFINITION


def measure_alerts(
    session: Session, period: Period, scope: Scope, *, as_of: datetime
) -> AlertQualitySheet:
    """Return what became of the alerts raised in ``period`` until its ``at``.

    An alert counts for the unit it was routed to, within ``scope``. Who is unreachable is told as
    it stands now. Rungs without an alert are absent.
    """
    reference = load_reference(session)
    tallies = tally_alerts(session, period, None if scope.everything else scope.units)
    return AlertQualitySheet(
        period=period,
        as_of=as_of,
        calendar_revision=reference.calendar.revision,
        event_head=find_event_head(session),
        rows=_rows(tallies, reference),
    )


def _rows(
    tallies: dict[tuple[str | None, str], AlertCounts], reference: Reference
) -> list[AlertQualityRow]:
    steps = {rung.code: place for place, rung in enumerate(reference.ladders.all_of(None))}

    def place(key: tuple[str | None, str]) -> tuple[bool, str, int, str]:
        unit, rung = key
        return unit is None, unit or "", steps.get(rung, len(steps)), rung

    return [
        AlertQualityRow(reference.units.get(unit or ""), rung, tallies[unit, rung])
        for unit, rung in sorted(tallies, key=place)
    ]
