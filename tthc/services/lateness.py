"""Whose the late working time of a period is: by unit, agency and stage, adding up exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from tthc.domain.attribution import Promise, Worked, attribute, is_behind, late_minutes
from tthc.domain.counting import Stop
from tthc.domain.errors import CalendarGapError
from tthc.domain.metrics import Period
from tthc.domain.scope import Scope
from tthc.services.reference import Reference, UnitEntry, load_reference
from tthc.services.stages import promise_of, stood_until, worked
from tthc.storage.queries import lateness as queries
from tthc.storage.queries.metrics import find_event_head
from tthc.storage.tables.dossiers import ClockStop
from tthc.storage.tables.stages import DossierStage

DEFINITION = "stage_lateness/1"
"""Late working minutes of the dossiers that ended in the period, shared over their stages.

Choice: docs/decisions/stages.md. A changed rule is a new version beside this one.
"""

Row = TypeVar("Row", DossierStage, ClockStop)
Key = tuple[str | None, str, str | None]
"""Unit, agency and stage; the stage is None for dossiers that have none."""


@dataclass(slots=True)
class Share:
    """What one stage of one agency did in a period.

    Attributes:
        late_minutes: its part of the dossiers' late working minutes.
        stages: how many stages ended so named; ``behind`` of them missed their own date,
            ``inherited`` of them began when the promised date had passed or was too near.
    """

    late_minutes: int = 0
    stages: int = 0
    behind: int = 0
    inherited: int = 0


@dataclass(frozen=True, slots=True)
class LatenessRow:
    """One stage of one agency; ``unit`` is None where the dossiers are unassigned."""

    unit: UnitEntry | None
    agency: str
    stage: str | None
    share: Share


@dataclass(frozen=True, slots=True)
class LatenessSheet:
    """Late working time of a period with what it was worked out from.

    The minutes of ``rows`` add up to ``late_minutes``.

    Attributes:
        overdue: how many of the dossiers ended overdue.
        unmeasured: how many of these no calendar covers; their minutes are left out.
    """

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    rows: Sequence[LatenessRow]
    late_minutes: int
    overdue: int
    unmeasured: int
    definition: str = DEFINITION


@dataclass(slots=True)
class _Sum:
    """What was added up so far."""

    shares: dict[Key, Share] = field(default_factory=lambda: defaultdict(Share))
    late_minutes: int = 0
    overdue: int = 0
    unmeasured: int = 0


def attribute_lateness(
    session: Session, period: Period, scope: Scope, *, as_of: datetime
) -> LatenessSheet:
    """Return whose the lateness is of the dossiers that ended in ``period``, seen from its ``at``.

    Dossiers count by resolving unit within ``scope``; their stages may be other agencies'. One
    without stages counts under its resolving unit, without a stage.
    """
    reference = load_reference(session)
    found = _Sum()
    units = None if scope.everything else scope.units
    stages = _grouped(queries.list_stages_of_ended(session, period, units))
    stops = _grouped(queries.list_stops_of_ended(session, period, units))
    for dossier in queries.list_ended(session, period, units):
        rows = stages[dossier.id]
        stood = stood_until(stops[dossier.id], period.at)
        went = [worked(row, reference, period.at) for row in rows]
        _count(found, rows, went, stood)
        promise = promise_of(dossier, reference, now=period.at)
        if promise is not None and promise.judged_at >= promise.overdue_at:
            keys = [(row.unit_code, row.agency, row.name) for row in rows]
            _share(found, promise, (keys or [(dossier.resolving_unit, "", None)], went), stood)
    return LatenessSheet(
        period=period,
        as_of=as_of,
        calendar_revision=reference.calendar.revision,
        event_head=find_event_head(session),
        rows=_rows(found.shares, reference),
        late_minutes=found.late_minutes,
        overdue=found.overdue,
        unmeasured=found.unmeasured,
    )


def _grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.dossier_id].append(row)
    return groups


def _count(
    found: _Sum, rows: Sequence[DossierStage], stages: Sequence[Worked], stood: Sequence[Stop]
) -> None:
    for row, stage in zip(rows, stages, strict=True):
        share = found.shares[row.unit_code, row.agency, row.name]
        share.stages += 1
        share.behind += is_behind(stage, stood)
        share.inherited += row.is_inherited


def _share(
    found: _Sum, promise: Promise, split: tuple[Sequence[Key], Sequence[Worked]], stood: list[Stop]
) -> None:
    """Add the late minutes of one dossier to the shares of its stages, ``split`` side by side."""
    keys, stages = split
    found.overdue += 1
    try:
        whole = late_minutes(promise, stood)
        parts = attribute(promise, stages, stood) if stages else [whole]
    except CalendarGapError:
        found.unmeasured += 1
        return
    found.late_minutes += whole
    for key, part in zip(keys, parts, strict=True):
        found.shares[key].late_minutes += part


def _rows(shares: Mapping[Key, Share], reference: Reference) -> list[LatenessRow]:
    """Return the shares by unit, the unassigned last; of each the greatest first."""

    def place(key: Key) -> tuple[bool, str, int, str, str]:
        unit, agency, stage = key
        return unit is None, unit or "", -shares[key].late_minutes, agency, stage or ""

    return [
        LatenessRow(reference.units.get(key[0] or ""), *key[1:], shares[key])
        for key in sorted(shares, key=place)
    ]
