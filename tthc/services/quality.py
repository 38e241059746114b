"""The data-quality gate: which dossiers spoil the statistics, and which sums disagree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.catalogue import ProcedureNotInForceError
from tthc.domain.dossier import Channel
from tthc.domain.errors import CalendarGapError
from tthc.domain.evidence import Evidence, read_list
from tthc.domain.metrics import Period, Tally, pool, rate
from tthc.domain.moment import ONE_DAY, TICK, civil_day, start_of_day
from tthc.domain.numbers import NUMBERS
from tthc.domain.pack import unzip_files
from tthc.domain.quality import (
    CARRIED,
    CARRY,
    LAST_HOUR,
    LATE_RECORD,
    Finding,
    Life,
    Span,
    find_discords,
    find_spoilers,
)
from tthc.domain.scope import Scope
from tthc.services.evidence import Gathered, Place, gather
from tthc.services.packs import list_path
from tthc.services.reference import Reference, load_reference
from tthc.storage.queries import quality as queries
from tthc.storage.queries.closings import find_report_until
from tthc.storage.queries.metrics import tally_units


@dataclass(frozen=True, slots=True)
class Discord:
    """A sum that does not agree; ``unit_code`` None is the whole, or the unassigned bucket."""

    rule: str
    unit_code: str | None


@dataclass(frozen=True, slots=True)
class UnitQuality:
    """How sound the data of one unit are; ``unit_code`` None is the unassigned bucket.

    Attributes:
        spoiled: how many of its dossiers break a rule, each counted once.
        by_rule: how many break each rule.
    """

    unit_code: str | None
    dossiers: int
    spoiled: int
    by_rule: Mapping[str, int]

    @property
    def score(self) -> float | None:
        """The share of sound dossiers, in [0, 1]; None without a dossier."""
        return rate(self.dossiers - self.spoiled, self.dossiers)


@dataclass(frozen=True, slots=True)
class QualitySheet:
    """What is wrong with the data of a period and place, and what it was worked out from."""

    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    units: Sequence[UnitQuality]
    findings: Sequence[Finding]
    discords: Sequence[Discord]

    @property
    def total(self) -> UnitQuality:
        """All units together; a dossier belongs to one of them."""
        by_rule: Counter[str] = Counter()
        for unit in self.units:
            by_rule.update(unit.by_rule)
        dossiers = sum(unit.dossiers for unit in self.units)
        return UnitQuality(None, dossiers, sum(unit.spoiled for unit in self.units), by_rule)


def inspect(
    session: Session,
    period: Period,
    place: Place,
    scope: Scope,
    *,
    as_of: datetime,
    most: int | None = None,
) -> QualitySheet:
    """Return which dossiers of a period spoil its statistics, and which sums disagree.

    Raises:
        NotFoundError, PlaceAmbiguousError, ListTooLongError: as ``gather`` does.
    """
    return inspect_gathered(session, gather(session, period, place, scope, as_of=as_of, most=most))


def inspect_gathered(session: Session, gathered: Gathered) -> QualitySheet:
    """Return which dossiers of what was gathered spoil its statistics, and which sums disagree."""
    reference, period = load_reference(session), gathered.period
    span = _span(period, reference.calendar_of(gathered.unit_code))
    lives = _lives(session, gathered, reference)
    carried = _carried_wrongly(session, gathered)
    found = (*find_spoilers(lives, span), *carried)
    findings = sorted(found, key=lambda f: (f.code, f.rule))
    counted = tally_units(session, period, gathered.units)
    discords = [*_discords(gathered, counted), *(Discord(CARRY, f.unit_code) for f in carried[:1])]
    return QualitySheet(
        period=period,
        as_of=gathered.as_of,
        calendar_revision=gathered.calendar_revision,
        event_head=gathered.event_head,
        units=list(_by_unit(gathered, findings)),
        findings=findings,
        discords=discords,
    )


def _span(period: Period, calendar: WorkingCalendar) -> Span:
    """Return the period with its last hour of work, which is empty where no day is known."""
    day, first = civil_day(period.at - TICK), civil_day(period.since)
    last_hour_at = period.at
    with suppress(CalendarGapError):
        while day > first and not calendar.is_working_day(day):
            day -= ONE_DAY
        if calendar.is_working_day(day):
            last_hour_at = calendar.closing_on(day) - LAST_HOUR
    return Span(period.since, period.at, last_hour_at)


def _lives(session: Session, gathered: Gathered, reference: Reference) -> list[Life]:
    period, units = gathered.period, gathered.units
    dates = queries.map_dates(session, period, units)
    moved = queries.map_moved_dues(session, period, units)
    last_day = start_of_day(civil_day(period.at - TICK))
    stops = queries.map_stops_from(session, period, units, last_day)
    back_dated = queries.find_back_dated(session, period, units, by_more_than=LATE_RECORD)
    return [
        Life(
            seen=row,
            registered_at=dates[row.code].registered_at,
            returned_at=dates[row.code].returned_at,
            recorded_at=dates[row.code].recorded_at,
            is_offered_online=_is_offered_online(reference, row),
            moved=moved.get(row.code, ()),
            stops=stops.get(row.code, ()),
            is_back_dated=row.code in back_dated,
        )
        for row, _ in gathered.rows
    ]


def _carried_wrongly(session: Session, gathered: Gathered) -> list[Finding]:
    """Return what is carried over and was not reported pending before, or the other way round.

    Nothing where no closed period of the unit ends where this one begins.
    """
    unit, begins = gathered.unit_code, civil_day(gathered.period.since)
    last = find_report_until(session, unit, begins) if unit else None
    if last is None:
        return []
    path = list_path("pending")
    pending = read_list(unzip_files(last.pack, path)[path])
    then = {(row.code, row.resolving_unit) for row in pending}
    now = {(row.code, row.resolving_unit) for row, t in gathered.rows if t.carried_over}
    return [Finding(*of_unit, CARRIED) for of_unit in sorted(then ^ now)]


def _is_offered_online(reference: Reference, row: Evidence) -> bool | None:
    """Whether the catalogue offered the procedure online that day; None where it is silent."""
    entry = reference.procedures.get(row.procedure_code or "")
    if entry is None:
        return None
    try:
        version = entry.version_on(civil_day(row.received_at))
    except ProcedureNotInForceError:
        return None
    return any(offer.channel is Channel.ONLINE for offer in version.offers)


def _by_unit(gathered: Gathered, findings: Sequence[Finding]) -> Iterator[UnitQuality]:
    """Give the quality of each unit with dossiers, the unassigned last."""
    dossiers = Counter(row.resolving_unit for row, _ in gathered.rows)
    codes = {row.code for row, _ in gathered.rows}
    spoiled: dict[str | None, set[str]] = defaultdict(set)
    by_rule: dict[str | None, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        spoiled[finding.unit_code].add(finding.code)
        by_rule[finding.unit_code][finding.rule] += 1
    for unit in sorted(dossiers, key=lambda code: (code is None, code or "")):
        yield UnitQuality(unit, dossiers[unit], len(spoiled[unit] & codes), by_rule[unit])


def _discords(gathered: Gathered, counted: Mapping[str | None, Tally]) -> Iterator[Discord]:
    """Hold the counts of the database against themselves and against the lists."""
    listed: dict[str | None, list[Tally]] = {unit: [] for unit in counted}
    for row, tally in gathered.rows:
        listed.setdefault(row.resolving_unit, []).append(tally)
    for unit, tallies in listed.items():
        tally, of_lists = counted.get(unit, Tally()), pool(tallies)
        yield from (Discord(rule, unit) for rule in find_discords(tally))
        if any(number.of(tally) != number.of(of_lists) for number in NUMBERS.values()):
            yield Discord("lists_agree/1", unit)
