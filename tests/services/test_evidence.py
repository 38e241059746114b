"""Behind every number stands a list as long as the number, each row judged again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.jobs.alerting import act
from tests.recount import lives_at, recount_each
from tests.services.counting import counted_statements
from tests.wandering import wander
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import Action
from tthc.domain.metrics import counts_of, pool
from tthc.domain.moment import start_of_day
from tthc.domain.numbers import NUMBERS, NumberUnknownError
from tthc.domain.scope import EVERYTHING, Scope
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.services.evidence import ListTooLongError, Place, gather, list_behind
from tthc.services.exports import list_levels, stream_events
from tthc.services.metrics import make_period, measure_communes, measure_unit
from tthc.storage.session import open_database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST_DAY, DAYS = date(2026, 1, 20), 310
PLENTY = 10_000
TAN_LAC, NOBODY, ALL = Place(make.TAN_LAC), Place(is_unassigned=True), Place()


@pytest.fixture(scope="module")
def world(module_url):
    migrate(module_url, make.ROOT, now=NOW)
    demonstrate(module_url, DemoWish(3, 150, 11), progress=lambda _: None, now=NOW)
    sessions = open_database(module_url)
    with sessions.begin() as session:
        wander(session, 250, Random("evidence"), first=start_of_day(FIRST_DAY), now=NOW)
    with sessions.begin() as session:
        events, levels = list(stream_events(session)), list_levels(session)
    yield sessions, events, levels
    sessions.kw["bind"].dispose()


def eligible_by(levels):
    def eligible(procedure_code, day):
        return any(
            row["procedure_code"] == procedure_code
            and row["level"] == "full_online"
            and row["valid_from"] <= day
            and (row["valid_to"] is None or day < row["valid_to"])
            for row in levels
        )

    return eligible


moments = st.integers(0, DAYS * 24 * 60).map(
    lambda minutes: start_of_day(FIRST_DAY) + timedelta(minutes=minutes)
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(0, DAYS), length=st.integers(1, DAYS), as_of=moments)
def test_every_list_is_as_long_as_its_number_and_names_the_dossiers_of_the_events(
    world, start, length, as_of
):
    sessions, events, levels = world
    since = FIRST_DAY + timedelta(days=start)
    as_of = max(as_of, start_of_day(since) + timedelta(minutes=1))
    period = make_period(since, since + timedelta(days=length), as_of)
    with sessions.begin() as session:
        total = measure_communes(session, period, EVERYTHING, as_of=as_of).total.tally
        gathered = gather(session, period, ALL, EVERYTHING, as_of=as_of, most=PLENTY)
    lists = {name: list_behind(gathered, name) for name in NUMBERS}
    assert {n: len(of.rows) for n, of in lists.items()} == {
        n: number.of(total) for n, number in NUMBERS.items()
    }
    expected = recount_each(events, period.since, period.at, eligible_by(levels))
    found: dict[str, set[str]] = {code: set() for code in expected}
    for name, of in lists.items():
        if "/" not in name:
            for row in of.rows:
                found[row.code].add(name.removeprefix("by_"))
    assert found == expected
    lives = {life["code"]: life for life in lives_at(events, period.at)}
    assert all(
        row.supplements == lives[row.code].get("supplement_count", 0) for row, _ in gathered.rows
    )


def test_the_lists_of_the_parts_are_the_list_of_the_whole(world):
    sessions, _, _ = world
    period = make_period(date(2026, 3, 1), date(2026, 9, 1), NOW)
    with sessions.begin() as session:
        sheet = measure_communes(session, period, EVERYTHING, as_of=NOW)
        places = [Place(row.unit.code) for row in sheet.rows] + [NOBODY]
        parts = [gather(session, period, p, EVERYTHING, as_of=NOW, most=PLENTY) for p in places]
        province = gather(session, period, Place(make.PROVINCE), EVERYTHING, as_of=NOW, most=PLENTY)
        unit = measure_unit(session, make.PROVINCE, period, EVERYTHING, as_of=NOW)
    codes = sorted(row.code for part in parts for row, _ in part.rows)
    assert len(codes) == sheet.total.tally.total
    assert len(set(codes)) == len(codes)
    assert counts_of(pool(tally for _, tally in province.rows)) == counts_of(unit.total.tally)


def test_a_list_is_one_text_with_one_fingerprint(session):
    make.a_desk(session)
    codes = [make.a_dossier(session).code for _ in range(3)]
    act(session, codes[1], Action.HAND_OVER)
    act(session, codes[1], Action.FINISH)
    pending = listed(session, "pending")
    rows = list(csv.DictReader(io.StringIO(pending.content.decode())))
    assert [row["code"] for row in rows] == [codes[0], codes[2]]
    assert rows[0]["received_at"] == "2026-03-02T10:00:00+07:00"
    assert rows[0]["finished_at"] == ""
    assert pending.sha256 == sha256(pending.content).hexdigest()
    assert listed(session, "pending").sha256 == pending.sha256
    assert listed(session, "finished").sha256 != pending.sha256


def listed(session, number, place=TAN_LAC, scope=EVERYTHING, most=PLENTY):
    session.flush()
    as_of = make.NOW + timedelta(days=1)
    period = make_period(date(2026, 3, 1), date(2026, 4, 1), as_of)
    return list_behind(gather(session, period, place, scope, as_of=as_of, most=most), number)


def test_no_person_is_in_a_list(session):
    make.a_desk(session)
    make.a_dossier(session, summary="Giám hộ cho cháu Bùi Văn A")
    content = listed(session, "received").content.decode()
    assert "Bùi" not in content
    assert make.a_person().identity_number not in content


def test_what_is_asked_wrongly_is_refused(session):
    make.a_desk(session)
    for _ in range(3):
        make.a_dossier(session)
    own = Scope(units=frozenset({make.TAN_LAC}))
    with pytest.raises(NumberUnknownError):
        listed(session, "finished_somehow")
    with pytest.raises(ListTooLongError):
        listed(session, "received", most=2)
    assert listed(session, "received", most=3).value == 3
    for place in (Place(make.MUONG_BI), Place("99999"), NOBODY):
        with pytest.raises(NotFoundError):
            listed(session, "received", place, own)
    assert listed(session, "received", ALL, own).value == 3


def test_a_list_takes_four_statements_however_long_it_is(session):
    make.a_desk(session)
    for _ in range(20):
        make.a_dossier(session)
    listed(session, "received")
    with counted_statements(session) as seen:
        assert listed(session, "received").value == 20
    assert len(seen) <= 4, seen  # the reference's stamp (twice), dossiers, levels
