"""Invented dossiers: same seed, same data; nobody real; a likely mix and likely lateness."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from random import Random

import pytest

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import Week
from tthc.domain.catalogue import OfferedLimit, ProcedureEntry, Version
from tthc.domain.demonstration.arrivals import Fate, plan_arrivals, set_stage
from tthc.domain.demonstration.desks import Place, open_desks, staff_of
from tthc.domain.demonstration.people import invent_person
from tthc.domain.demonstration.plots import tell_life
from tthc.domain.demonstration.procedures import COPIES, KINDS, LEVELS, copy_fee
from tthc.domain.dossier import Channel, SubmittedBy, changes_between, rebuild
from tthc.domain.dossier import DossierState as State
from tthc.domain.lifecycle import Status
from tthc.domain.limits import Counting, LimitUnit, StopMode, TimeLimit
from tthc.domain.moment import civil_day, start_of_day
from tthc.domain.reference import ServiceLevel

TODAY = date(2026, 11, 20)
SHIFTS = ((450, 690), (810, 1020))
CALENDAR = WorkingCalendar(1, 2025, 2027, {}, [Week(dict.fromkeys(range(1, 6), SHIFTS))])
PLACES = (
    Place("05128", "H44.240", "Xã Tân Lạc", CALENDAR),
    Place("05158", "H44.241", "Xã Mường Bi", CALENDAR),
    Place("04792", "H44.204", "Phường Tân Hoà", CALENDAR),
)
LAND = TimeLimit(20, LimitUnit.WORKING_DAY)
PAUSED = TimeLimit(3, LimitUnit.WORKING_DAY, stop_mode=StopMode.SHIFT)
IN_DAY = TimeLimit(0, LimitUnit.WORKING_DAY, Counting.IN_DAY)


def a_catalogue():
    codes = sorted({kind.code for kind in KINDS})
    return {code: _entry(number * 10, code) for number, code in enumerate(codes)}


def _entry(first_id: int, code: str) -> ProcedureEntry:
    channels = (Channel.DIRECT,) if code == COPIES else tuple(Channel)
    limit = IN_DAY if code == COPIES else TimeLimit(3, LimitUnit.WORKING_DAY)
    limit = {"1.012753": LAND, "1.004873": PAUSED}.get(code, limit)
    offers = tuple(
        OfferedLimit(first_id + channel, "default", "", channel, limit, True, "")
        for channel in channels
    )
    version = Version(date(2025, 7, 1), None, "", True, offers)
    return ProcedureEntry(code, code, code, "", (version,))


def tell(count: int, seed: int = 1, today: date = TODAY):
    rng = Random(seed)
    stage = set_stage(open_desks(PLACES, rng), a_catalogue(), lambda _unit: CALENDAR, today=today)
    arrivals = plan_arrivals(stage, count, rng)
    return [tell_life(arrival, rng, until=start_of_day(today)) for arrival in arrivals]


@pytest.fixture(scope="module")
def lives():
    return tell(3_000)


def test_the_same_seed_tells_the_same_lives():
    first, again, other = tell(150), tell(150), tell(150, seed=2)
    assert first == again
    assert first != other


def test_events_fold_into_the_state_of_every_dossier(lives):
    for life in lives:
        states = [State(), *(event.outcome.state for event in life.events)]
        changes = [changes_between(a, b) for a, b in pairwise(states)]
        assert rebuild(changes) == life.state


def test_nothing_happens_on_the_day_the_data_are_made_or_later(lives):
    assert max(life.events[-1].at for life in lives) < start_of_day(TODAY)
    assert max(civil_day(life.arrival.at) for life in lives) == date(2026, 11, 19)


def test_dossiers_come_in_the_order_of_their_arrival_over_ten_months(lives):
    moments = [life.arrival.at for life in lives]
    assert moments == sorted(moments)
    assert civil_day(moments[0]) < date(2026, 2, 1)
    assert len({(m.year, m.month) for m in moments}) == 11


def test_no_dossier_is_older_than_the_communes():
    first = tell(200, today=date(2025, 9, 1))[0]
    assert civil_day(first.arrival.at) >= date(2025, 7, 1)


def test_more_than_a_quarter_are_certified_copies(lives):
    copies = sum(life.new.procedure_code == COPIES for life in lives)
    assert 0.25 < copies / len(lives) < 0.36


def test_each_desk_keeps_its_share_of_due_dates(lives):
    for place in PLACES:
        own = [x.state for x in lives if x.state.receiving_unit == place.unit_code]
        done = [s for s in own if s.finished_at and s.overdue_at]
        in_time = sum(s.finished_at < s.overdue_at for s in done)
        assert 0.87 <= in_time / len(done) <= 0.975


def test_a_few_are_open_and_some_of_them_late(lives):
    running = [x.state for x in lives if x.state.status in {Status.RECEIVED, Status.PROCESSING}]
    assert 0.01 <= len(running) / len(lives) <= 0.05
    late = [s for s in running if s.overdue_at and s.overdue_at <= start_of_day(TODAY)]
    assert late
    due = Counter(civil_day(s.due_at) for s in running if s.due_at)
    assert due[TODAY]
    assert due[date(2026, 11, 23)]


def test_every_fate_and_every_way_a_dossier_can_go_is_there(lives):
    assert {life.arrival.fate for life in lives} == set(Fate)
    assert {life.state.status for life in tell(6_000)} == set(Status)
    assert any(life.state.extension_count for life in lives)
    assert any(life.state.supplement_count > 1 for life in lives)


def test_staff_key_in_only_while_the_desk_is_open(lives):
    for life in lives:
        if life.new.submitted_by is SubmittedBy.STAFF_ASSISTED:
            assert CALENDAR.opening_from(life.arrival.at) == life.arrival.at


def test_another_lodges_for_the_owner_when_authorised(lives):
    for life in lives:
        assert (life.new.owner is not None) == (life.new.submitted_by is SubmittedBy.AUTHORISED)


def test_identities_and_numbers_belong_to_nobody():
    rng = Random(7)
    for _ in range(500):
        person = invent_person(rng, "Xã Tân Lạc")
        number = person.identity_number
        assert len(number) == 12
        assert number[:3] in {"017", "025"}
        assert int(number[6:]) >= 900_000
        assert len(person.phone) == 10
        assert person.phone.startswith("01")
        assert person.address.endswith("Xã Tân Lạc, Tỉnh Phú Thọ")


@pytest.mark.parametrize(("pages", "fee"), [(1, 2_000), (2, 4_000), (5, 7_000), (500, 200_000)])
def test_a_certified_copy_costs_by_the_page(pages, fee):
    assert copy_fee(pages) == fee


def test_communes_of_one_name_have_users_of_their_own():
    twins = [Place(code, code, "Xã Bình Phú", CALENDAR) for code in ("08000", "08001")]
    desks = open_desks(twins, Random(1))
    names = [member.username for member in staff_of(desks, "25")]
    assert len(names) == len(set(names))
    assert "mot-cua.binh-phu-08001" in names


def test_a_commune_of_the_name_of_the_province_has_users_of_its_own():
    places = [Place("07942", "H44.150", "Phường Phú Thọ", CALENDAR)]
    desks = open_desks(places, Random(1))
    assert desks[0].manager == "lanh-dao.phu-tho-07942"


def test_service_levels_are_invented_for_forty_procedures():
    counts = Counter(LEVELS.values())
    assert counts == {ServiceLevel.FULL_ONLINE: 28, ServiceLevel.PARTIAL: 12}
