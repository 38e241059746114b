"""Indicators of communes over a period, as they stood at a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tthc.domain.errors import RuleError
from tthc.domain.metrics import Figure, Period, Tally, figures_of, pool
from tthc.domain.moment import start_of_day
from tthc.domain.reference import UnitLevel
from tthc.domain.scope import Scope
from tthc.services.reference import UnitEntry, load_reference
from tthc.services.scope import whole_unit
from tthc.storage.queries.metrics import find_event_head, tally_units


class PeriodInvalidError(RuleError):
    """The period is empty or reversed, or seen from before it began."""

    code = "period_invalid"


@dataclass(frozen=True, slots=True)
class UnitMetrics:
    """One unit's counts and indicators; ``unit`` None is the unassigned bucket, or the total."""

    unit: UnitEntry | None
    tally: Tally

    @property
    def figures(self) -> list[Figure]:
        """Every indicator of the tally, worked out when asked for."""
        return figures_of(self.tally)


@dataclass(frozen=True, slots=True)
class MetricsSheet:
    """The indicators of a period with what they were computed from.

    ``unassigned`` is None when the caller's scope leaves it out. The rows and ``unassigned``
    add up to ``total``.
    """

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    rows: list[UnitMetrics]
    unassigned: UnitMetrics | None
    total: UnitMetrics


def make_period(since: date, until: date, as_of: datetime) -> Period:
    """Return the period of the days ``[since, until)`` seen from ``as_of``.

    Raises:
        PeriodInvalidError: ``until`` is not after ``since``, or ``as_of`` not after ``since``.
    """
    begins, ends = start_of_day(since), start_of_day(until)
    if ends <= begins:
        raise PeriodInvalidError(
            "Ngày kết thúc phải sau ngày bắt đầu.", "until must be after since", field="until"
        )
    if as_of <= begins:
        raise PeriodInvalidError(
            "Thời điểm xem phải sau ngày bắt đầu.", "as_of must be after since", field="as_of"
        )
    return Period(begins, ends, min(as_of, ends))


def measure_communes(
    session: Session, period: Period, scope: Scope, *, as_of: datetime
) -> MetricsSheet:
    """Return the indicators of every commune in ``scope``, idle ones included.

    Units met only in imported data appear when they have a dossier.
    """
    reference = load_reference(session)
    tallies = tally_units(session, period, None if scope.everything else scope.units)
    unassigned = UnitMetrics(None, tallies.pop(None, Tally())) if scope.everything else None
    rows = [
        UnitMetrics(unit, tallies.get(unit.code, Tally()))
        for unit in reference.units.values()
        if scope.covers(unit.code) and (unit.level is UnitLevel.COMMUNE or unit.code in tallies)
    ]
    parts = [row.tally for row in (*rows, unassigned) if row is not None]
    return MetricsSheet(
        period=period,
        as_of=as_of,
        calendar_revision=reference.calendar.revision,
        event_head=find_event_head(session),
        rows=rows,
        unassigned=unassigned,
        total=UnitMetrics(None, pool(parts)),
    )


def measure_unit(
    session: Session, unit_code: str, period: Period, scope: Scope, *, as_of: datetime
) -> MetricsSheet:
    """Return the indicators of one unit; a province pools those of its communes.

    Raises:
        NotFoundError: no such unit, or outside ``scope``: the answers are the same.
    """
    narrowed = whole_unit(session, scope, unit_code)
    sheet = measure_communes(session, period, narrowed, as_of=as_of)
    unit = load_reference(session).units[unit_code]
    return replace(sheet, total=replace(sheet.total, unit=unit))
