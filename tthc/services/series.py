"""Indicators of several periods, told apart by one dimension; the parts add up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy.orm import Session

from tthc.domain.dimensions import Dimension
from tthc.domain.dossier import Channel
from tthc.domain.errors import RuleError
from tthc.domain.metrics import Figure, Period, Tally, figures_of, pool
from tthc.domain.moment import start_of_day
from tthc.domain.periods import Step, cut
from tthc.domain.scope import Scope
from tthc.services.metrics import make_period
from tthc.services.reference import Reference, load_reference
from tthc.services.scope import whole_unit
from tthc.storage.queries.series import Parts, tally_series

MOST_PERIODS = 24
CHANNEL_NAMES = {
    Channel.DIRECT: "trực tiếp",
    Channel.ONLINE: "trực tuyến",
    Channel.POSTAL: "bưu chính công ích",
}


class SeriesTooLongError(RuleError):
    """The stretch holds more periods than are told at once."""

    code = "series_too_long"


class UnitMissingError(RuleError):
    """This dimension is told of named units only."""

    code = "unit_required"


@dataclass(frozen=True, slots=True)
class Cut:
    """Which periods are wanted, of which units (None: all of a scope), told apart by what.

    A province stands for its communes.
    """

    since: date
    until: date
    step: Step
    dimension: Dimension
    units: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The dossiers that share one value of the dimension; ``key`` None: it is not known."""

    key: str | None
    name: str | None
    tally: Tally

    @property
    def figures(self) -> list[Figure]:
        """Every indicator of the tally."""
        return figures_of(self.tally)


@dataclass(frozen=True, slots=True)
class Point:
    """One period with its parts, which add up to ``total``."""

    period: Period
    parts: Sequence[Part]
    total: Part


@dataclass(frozen=True, slots=True)
class Series:
    """Points one after another, all seen at one moment."""

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    step: Step
    dimension: Dimension
    points: Sequence[Point]


def measure_series(session: Session, wanted: Cut, scope: Scope, *, as_of: datetime) -> Series:
    """Return the indicators of each period by the dimension; periods yet to begin are left out.

    Raises:
        PeriodInvalidError: the stretch is empty, or seen from before it began.
        SeriesTooLongError: it holds more than MOST_PERIODS.
        NotFoundError: a unit is not there, or outside ``scope``.
        UnitMissingError: officers are told of named units only.
    """
    whole = make_period(wanted.since, wanted.until, as_of)
    days = list(islice(cut(wanted.since, wanted.until, wanted.step), MOST_PERIODS + 1))
    if len(days) > MOST_PERIODS:
        raise SeriesTooLongError(
            f"Nhiều nhất {MOST_PERIODS} kỳ trong một lần xem.",
            f"at most {MOST_PERIODS} periods at once",
            field="step",
        )
    begun = [two for two in days if start_of_day(two[0]) < as_of]
    periods = [make_period(*two, as_of) for two in begun]
    reference = load_reference(session)
    units = _units(session, wanted, scope)
    counted, head = tally_series(session, periods, units, wanted.dimension)
    return Series(
        period=whole,
        as_of=as_of,
        calendar_revision=reference.calendar.revision,
        event_head=head,
        step=wanted.step,
        dimension=wanted.dimension,
        points=[
            _point(period, parts, wanted.dimension, reference)
            for period, parts in zip(periods, counted, strict=True)
        ],
    )


def _units(session: Session, wanted: Cut, scope: Scope) -> frozenset[str] | None:
    if wanted.units is None:
        if wanted.dimension is Dimension.OFFICER:
            raise UnitMissingError(
                "Phải chọn đơn vị khi xem theo cán bộ.",
                "name the units whose officers are meant",
                field="units",
            )
        return None if scope.everything else scope.units
    return frozenset().union(*(whole_unit(session, scope, code).units for code in wanted.units))


def _point(period: Period, counted: Parts, dimension: Dimension, reference: Reference) -> Point:
    parts = parts_of(counted, dimension, reference)
    return Point(period, parts, Part(None, None, pool(part.tally for part in parts)))


def parts_of(counted: Parts, dimension: Dimension, reference: Reference) -> list[Part]:
    """Return what was counted as parts with their names, the unknown one last.

    By field: ``counted`` is by procedure.
    """
    if dimension is Dimension.FIELD:
        counted = _by_field(counted, reference)
    return [
        Part(key, _name(key, dimension, reference), counted[key])
        for key in sorted(counted, key=lambda key: (key is None, key or ""))
    ]


def _by_field(by_procedure: Parts, reference: Reference) -> Parts:
    found: dict[str | None, list[Tally]] = {}
    for code, tally in by_procedure.items():
        entry = reference.procedures.get(code or "")
        found.setdefault(entry.field if entry else None, []).append(tally)
    return {field: pool(tallies) for field, tallies in found.items()}


def _name(key: str | None, dimension: Dimension, reference: Reference) -> str | None:
    """Return what people call a part; codes that name themselves have no other name."""
    if key is None:
        return None
    if dimension in {Dimension.UNIT, Dimension.RECEIVING_UNIT}:
        return reference.units[key].name
    if dimension is Dimension.PROCEDURE:
        return reference.procedures[key].name
    return CHANNEL_NAMES[Channel(int(key))] if dimension is Dimension.CHANNEL else None
