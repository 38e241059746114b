"""Which dossiers come in, where and when: the seasons, the channels, and what is to become of them.

Everything lies before the beginning of the day the data are made, so that making them twice on
one day gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from random import Random

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.catalogue import OfferedLimit, ProcedureEntry, cite
from tthc.domain.demonstration.desks import Desk
from tthc.domain.demonstration.procedures import KINDS, Kind
from tthc.domain.dossier import Channel, SubmittedBy
from tthc.domain.ledger import Facts
from tthc.domain.limits import Counting, LimitUnit
from tthc.domain.moment import ONE_DAY, at_minute
from tthc.domain.stages import StagePlan, lay_plan

Catalogue = Mapping[str, ProcedureEntry]
CalendarOf = Callable[[str | None], WorkingCalendar]

LENGTH = timedelta(days=304)
FIRST_DAY = date(2025, 7, 1)
"""No commune is older. Source: Luật Tổ chức chính quyền địa phương 72/2025/QH15."""

LINGERING_SHARE = 0.014
PARKED_SHARE = 0.004
ELSEWHERE_SHARE = 0.015
AUTHORISED_SHARE = 0.06
POSTAL_SHARE = 0.08

WEEKDAYS = {1: 1.25, 2: 1.05, 3: 1.0, 4: 0.95, 5: 0.85}
DAY_OFF = 0.06
TET_QUIET, TET_DAYS = 0.45, 9
SCHOOL_MONTHS, SCHOOL_BUSY = frozenset({6, 7, 8}), 1.3

DUE_IN = (2, 2, 1, 1, 1, 0, 0, 0, -1, -1, -2, -2, -3, -3, -4, -5, -6, -7, -8, -10, -12, -18, -30)
"""Working days from today to the due day of dossiers that nobody has got round to."""

DAY_UNITS = frozenset({LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY})
MORNING = 150
ONLINE_HOURS = (390, 1_350, 570)
"""First, last and busiest minute of the day at which citizens lodge from home."""


class Fate(StrEnum):
    """What is to become of a dossier."""

    PROMPT = "prompt"
    LATE = "late"
    LINGERING = "lingering"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An application on its way in. ``resolving`` is another desk for a few.

    ``plan`` are the stages it will go through, None where its procedure has none.
    """

    desk: Desk
    resolving: Desk
    kind: Kind
    offer: OfferedLimit
    submitted_by: SubmittedBy
    at: datetime
    fate: Fate
    cited: Facts
    plan: StagePlan | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What the arrivals are drawn from. ``calendar_of`` gives the calendar of any unit."""

    desks: Sequence[Desk]
    catalogue: Catalogue
    kinds: Sequence[Kind]
    calendar: WorkingCalendar
    first_day: date
    today: date
    calendar_of: CalendarOf


def set_stage(
    desks: Sequence[Desk], catalogue: Catalogue, calendar_of: CalendarOf, *, today: date
) -> Stage:
    """Return the stage for the ten months before ``today``."""
    first_day = max(today - LENGTH, FIRST_DAY)
    kinds = [kind for kind in KINDS if kind.code in catalogue]
    calendar = desks[0].place.calendar
    return Stage(desks, catalogue, kinds, calendar, first_day, today, calendar_of)


def plan_arrivals(stage: Stage, count: int, rng: Random) -> list[Arrival]:
    """Return ``count`` applications in the order they come in."""
    lingering, parked = round(count * LINGERING_SHARE), round(count * PARKED_SHARE)
    ordinary = _draw_ordinary(stage, count - lingering - parked, rng)
    found = _make_some_late(ordinary, rng)
    found += [_linger(stage, rng) for _ in range(lingering)]
    found += [_park(stage, rng) for _ in range(parked)]
    return sorted(found, key=lambda arrival: arrival.at)


def _draw_ordinary(stage: Stage, count: int, rng: Random) -> list[Arrival]:
    days = _days(stage)
    heights = list(accumulate(_busyness(day, stage.calendar) for day in days))
    desks = rng.choices(stage.desks, [desk.volume for desk in stage.desks], k=count)
    kinds = rng.choices(stage.kinds, [kind.weight for kind in stage.kinds], k=count)
    when = rng.choices(days, cum_weights=heights, k=count)
    return [
        _arrive(stage, desk, kind, day, rng=rng)
        for desk, kind, day in zip(desks, kinds, when, strict=True)
    ]


def _days(stage: Stage) -> list[date]:
    length = max((stage.today - stage.first_day).days, 1)
    return [stage.today - n * ONE_DAY for n in range(length, 0, -1)]


def _busyness(day: date, calendar: WorkingCalendar) -> float:
    if not calendar.is_working_day(day):
        return DAY_OFF
    season = SCHOOL_BUSY if day.month in SCHOOL_MONTHS else 1.0
    near = (day + n * ONE_DAY for n in range(-TET_DAYS, TET_DAYS + 1))
    rows = (calendar.special.get(other) for other in near)
    if any(row is not None and "Tết Nguyên đán" in row.name for row in rows):
        season = TET_QUIET
    return WEEKDAYS.get(day.isoweekday(), 1.0) * season


def _arrive(stage: Stage, desk: Desk, kind: Kind, day: date, *, rng: Random) -> Arrival:
    offer = _choose_offer(_offers(stage, kind, day, rng), desk, rng)
    submitted_by = _who(offer.channel, desk, rng)
    if is_at_home(offer, submitted_by):
        at = _at(day, int(rng.triangular(*ONLINE_HOURS)), rng)
    else:
        at = _at_desk(stage, desk.place.calendar, day, rng)
    elsewhere = rng.random() < ELSEWHERE_SHARE
    resolving = rng.choice(stage.desks) if elsewhere else desk
    version = stage.catalogue[kind.code].version_on(day)
    rules = version.stages_of(offer.case_code)
    units = (desk.place.unit_code, resolving.place.unit_code)
    plan = lay_plan(rules, *units, stage.calendar_of) if rules else None
    cited = cite(kind.code, version, offer)
    return Arrival(desk, resolving, kind, offer, submitted_by, at, Fate.PROMPT, cited, plan)


def _offers(stage: Stage, kind: Kind, day: date, rng: Random) -> dict[Channel, OfferedLimit]:
    """Return by channel what is offered in one of the procedure's cases."""
    offers = stage.catalogue[kind.code].version_on(day).offers
    case_code = rng.choice(offers).case_code
    return {o.channel: o for o in offers if o.case_code == case_code}


def _choose_offer(offers: Mapping[Channel, OfferedLimit], desk: Desk, rng: Random) -> OfferedLimit:
    chance, postal = rng.random(), rng.random()
    if Channel.ONLINE in offers and chance < desk.online:
        return offers[Channel.ONLINE]
    if Channel.POSTAL in offers and postal < POSTAL_SHARE:
        return offers[Channel.POSTAL]
    return offers.get(Channel.DIRECT) or next(iter(offers.values()))


def _who(channel: Channel, desk: Desk, rng: Random) -> SubmittedBy:
    chance = rng.random()
    if channel is Channel.ONLINE and chance < desk.assisted:
        return SubmittedBy.STAFF_ASSISTED
    return SubmittedBy.AUTHORISED if chance > 1 - AUTHORISED_SHARE else SubmittedBy.CITIZEN


def is_at_home(offer: OfferedLimit, submitted_by: SubmittedBy) -> bool:
    """Say whether the citizen lodges it without coming to the desk."""
    return offer.channel is Channel.ONLINE and submitted_by is not SubmittedBy.STAFF_ASSISTED


def _at_desk(stage: Stage, calendar: WorkingCalendar, day: date, rng: Random) -> datetime:
    day = calendar.on_or_after(day)
    if day >= stage.today:
        day = _last_working_day(stage, calendar)
    return _at(day, _desk_minute(calendar, day, rng), rng)


def _last_working_day(stage: Stage, calendar: WorkingCalendar) -> date:
    return calendar.nth_working_day_after(stage.today - ONE_DAY, 0)


def _at(day: date, minute: int, rng: Random) -> datetime:
    return at_minute(day, minute) + timedelta(seconds=int(60 * rng.random()))


def _desk_minute(calendar: WorkingCalendar, day: date, rng: Random) -> int:
    shifts = calendar.shifts_on(day)
    (shift,) = rng.choices(shifts, [closes - opens for opens, closes in shifts])
    opens, closes = shift
    return opens + int(rng.random() ** 1.25 * (closes - opens))


def _make_some_late(arrivals: Sequence[Arrival], rng: Random) -> list[Arrival]:
    """Let each desk miss its own share of due dates, no more and no less."""
    found = list(arrivals)
    by_desk: dict[str, list[int]] = {}
    for index, arrival in enumerate(found):
        if arrival.offer.limit.unit is not LimitUnit.NONE:
            by_desk.setdefault(arrival.desk.place.unit_code, []).append(index)
    for indexes in by_desk.values():
        share = 1 - found[indexes[0]].desk.punctuality
        for index in rng.sample(indexes, round(share * len(indexes))):
            found[index] = replace(found[index], fate=Fate.LATE)
    return found


def _linger(stage: Stage, rng: Random) -> Arrival:
    """Return an application whose due day is a few working days from today, unresolved."""
    due_in = rng.choice(DUE_IN)
    arrival = _draw_one(stage, _is_counted_in_days, rng)
    calendar, limit = arrival.desk.place.calendar, arrival.offer.limit
    due_on = calendar.nth_working_day_after(stage.today, due_in)
    if limit.unit is LimitUnit.WORKING_DAY:
        day = calendar.nth_working_day_after(due_on, -limit.amount)
    else:
        day = calendar.nth_working_day_after(due_on - limit.amount * ONE_DAY, 0)
    day = min(day, _last_working_day(stage, calendar))
    day = max(day, calendar.on_or_after(stage.first_day))
    return replace(arrival, at=_morning(calendar, day, rng), fate=Fate.LINGERING)


def _park(stage: Stage, rng: Random) -> Arrival:
    """Return an online application that nobody has accepted yet."""
    arrival = _draw_one(stage, lambda a: is_at_home(a.offer, a.submitted_by), rng)
    calendar = arrival.desk.place.calendar
    day = calendar.nth_working_day_after(stage.today - ONE_DAY, -int(4 * rng.random()))
    return replace(arrival, at=_morning(calendar, day, rng), fate=Fate.PARKED)


def _is_counted_in_days(arrival: Arrival) -> bool:
    limit = arrival.offer.limit
    return limit.counting is Counting.STANDARD and limit.unit in DAY_UNITS


def _draw_one(stage: Stage, fits: Callable[[Arrival], bool], rng: Random) -> Arrival:
    desk_weights = [desk.volume for desk in stage.desks]
    kind_weights = [kind.weight for kind in stage.kinds]
    while True:
        (desk,) = rng.choices(stage.desks, desk_weights)
        (kind,) = rng.choices(stage.kinds, kind_weights)
        arrival = _arrive(stage, desk, kind, stage.today - ONE_DAY, rng=rng)
        if fits(arrival):
            return arrival


def _morning(calendar: WorkingCalendar, day: date, rng: Random) -> datetime:
    opens = calendar.shifts_on(day)[0][0]
    return _at(day, opens + int(MORNING * rng.random()), rng)
