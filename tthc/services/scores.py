"""The score after Quyết định 766/QĐ-TTg of units over a period, as it stood at a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy.orm import Session

from tthc.domain.catalogue import Version
from tthc.domain.dossier import Channel
from tthc.domain.metrics import DEFINITIONS, Compared, Period, Tally, pool
from tthc.domain.moment import TICK, civil_day
from tthc.domain.qd766 import PARTS, score_766
from tthc.domain.reference import ServiceLevel, UnitLevel
from tthc.domain.reported import pool_reported
from tthc.domain.scope import Scope
from tthc.domain.scoring import Lack, Measure, Origin, Score
from tthc.domain.traits import Alike, OnlineOffer, measure_offer, measure_traits
from tthc.services.reference import Reference, UnitEntry, load_reference
from tthc.services.scope import whole_unit
from tthc.storage.queries.metrics import tally_units
from tthc.storage.queries.reference import list_service_levels
from tthc.storage.queries.reported import Days, map_reported
from tthc.storage.queries.scores import count_traits

OFFERED_ONLINE = frozenset({ServiceLevel.FULL_ONLINE, ServiceLevel.PARTIAL})
Unit = TypeVar("Unit", str, str | None)
Known = TypeVar("Known")

_PROGRESS = next(d for d in DEFINITIONS if d.id == "on_time_qd766/1" and d.compared is Compared.DAY)


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One unit's score; ``unit`` None is a whole scope.

    ``rank`` is 1 for the most points among the units beside it, the same for the same points,
    and None without any.
    """

    unit: UnitEntry | None
    score: Score
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """The score of a unit or scope with what it was computed from.

    ``rows`` are the communes in it, by rank, each by its own dossiers; None when not asked for.
    """

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    total: UnitScore
    rows: Sequence[UnitScore] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Whose score is meant: resolving ``units`` (None is all, and the unassigned bucket).

    ``demanded`` are those of them without whose reported figure a sum would be too small.
    """

    unit_code: str | None
    units: Collection[str] | None
    demanded: Collection[str]

    def of(self, by_unit: Mapping[Unit, Known]) -> dict[Unit, Known]:
        """Return what is known of its units, in as many steps as there are of them."""
        if self.units is None:
            return dict(by_unit)
        return {unit: by_unit[unit] for unit in self.units if unit in by_unit}


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of each unit, and what is offered online; None is the unassigned bucket."""

    tallies: Mapping[str | None, Tally]
    received: Mapping[str | None, Sequence[Alike]]
    reported: Mapping[str, Mapping[str, Measure]]
    offer: OnlineOffer
    event_head: int

    def measures(self, place: Place) -> dict[str, Measure]:
        """Return the measures of all parts over a place: counts pooled, never averaged."""
        received = [alike for found in place.of(self.received).values() for alike in found]
        return {
            "progress": _progress(self.tally(place)),
            **measure_offer(received, self.offer),
            **measure_traits(received),
            **{
                part.code: self.reported_of(part.code, place, adds_up=part.adds_up)
                for part in PARTS
                if part.origin is Origin.REPORTED
            },
        }

    def tally(self, place: Place) -> Tally:
        """Return the counts of a place, pooled."""
        return pool(place.of(self.tallies).values())

    def reported_of(self, figure: str, place: Place, *, adds_up: bool) -> Measure:
        """Return the measure of a reported figure over a place."""
        within = place.of(self.reported.get(figure, {}))
        return pool_reported(within, place.demanded, adds_up=adds_up, unit_code=place.unit_code)


def measure_scores(
    session: Session,
    unit_code: str | None,
    period: Period,
    scope: Scope,
    *,
    as_of: datetime,
    with_communes: bool = False,
) -> ScoreSheet:
    """Return the score of a unit, or without one of a whole scope; if wanted of its communes too.

    Raises:
        NotFoundError: no such unit, or outside ``scope``: the answers are the same.
    """
    reference = load_reference(session)
    place = place_of(session, reference, unit_code, scope)
    counts = count_units(session, reference, period, place.units, as_of=as_of)
    rows = [
        UnitScore(reference.units[code], score_766(counts.measures(Place(code, {code}, {code}))))
        for code in place.demanded
        if with_communes and reference.units[code].level is UnitLevel.COMMUNE
    ]
    unit = reference.units.get(place.unit_code or "")
    return ScoreSheet(
        period=period,
        as_of=as_of,
        calendar_revision=reference.calendar.revision,
        event_head=counts.event_head,
        total=UnitScore(unit, score_766(counts.measures(place))),
        rows=ranked(rows) if with_communes else None,
    )


def place_of(session: Session, reference: Reference, unit_code: str | None, scope: Scope) -> Place:
    """Return the place of a unit, or without one of a whole scope.

    Raises:
        NotFoundError: no such unit, or outside ``scope``: the answers are the same.
    """
    named = unit_code or scope.only_unit
    if named is not None:
        scope = whole_unit(session, scope, named)
    communes = {
        unit.code
        for unit in reference.units.values()
        if unit.level is UnitLevel.COMMUNE and scope.covers(unit.code)
    }
    return Place(
        unit_code=named,
        units=None if scope.everything else scope.units,
        demanded=communes or ({named} if named else set()),
    )


def count_units(
    session: Session,
    reference: Reference,
    period: Period,
    units: Collection[str] | None,
    *,
    as_of: datetime,
) -> Counts:
    """Return what is known of each unit; None is every unit and the unassigned bucket."""
    received, head = count_traits(session, period, units)
    days = Days(civil_day(period.since), civil_day(period.until))
    return Counts(
        tallies=tally_units(session, period, units),
        received=received,
        reported=map_reported(session, days, units, as_of=as_of),
        offer=find_offer(session, reference, civil_day(period.at - TICK)),
        event_head=head,
    )


def find_offer(session: Session, reference: Reference, day: date) -> OnlineOffer:
    """Return what the catalogue has in force on ``day``, and what of it is offered online.

    Offered online is what the province decided; where it decided nothing, what the catalogue
    promises by the online channel. Choice: docs/decisions/scores.md.
    """
    decided = {
        row.procedure_code: row.level
        for row in list_service_levels(session)
        if row.valid_from <= day
        and (row.valid_to is None or day < row.valid_to)
        and row.level is not ServiceLevel.UNKNOWN
    }
    in_force = {
        code: version
        for code, entry in reference.procedures.items()
        for version in entry.versions
        if version.is_valid_on(day)
    }
    online = {
        code
        for code, version in in_force.items()
        if (decided[code] in OFFERED_ONLINE if code in decided else _is_promised_online(version))
    }
    return OnlineOffer(frozenset(in_force), frozenset(online))


def ranked(rows: Iterable[UnitScore]) -> list[UnitScore]:
    """Return units by points, the best first; those without any last, by code."""
    rows = list(rows)
    told = [row.score.points for row in rows if row.score.points is not None]
    placed = [UnitScore(row.unit, row.score, _rank(row.score.points, told)) for row in rows]
    return sorted(placed, key=lambda r: (r.rank or len(rows) + 1, r.unit.code if r.unit else ""))


def _rank(points: Decimal | None, told: Sequence[Decimal]) -> int | None:
    return None if points is None else 1 + sum(other > points for other in told)


def _progress(tally: Tally) -> Measure:
    below = _PROGRESS.denominator(tally)
    undated = tally.total - below
    if undated and not below:
        return Measure(None, None, Lack.UNTOLD, undated)
    return Measure(_PROGRESS.numerator(tally), below, untold=undated)


def _is_promised_online(version: Version) -> bool:
    return any(offer.channel is Channel.ONLINE for offer in version.offers)
