"""Every published number equals a brute-force count over the events, at any moment."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests import make
from tests.recount import recount
from tests.wandering import wander
from tthc.domain.metrics import Tally, pool
from tthc.domain.moment import start_of_day
from tthc.domain.scope import EVERYTHING, Scope
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.services.exports import stream_events
from tthc.services.metrics import make_period, measure_communes, measure_unit
from tthc.storage.session import open_database
from tthc.storage.tables.reference import ServiceLevelRow

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST_DAY, DAYS = date(2026, 1, 20), 310


@pytest.fixture(scope="module")
def world(module_url):
    """A year of dossiers, some as offices work and some at random, with all their events."""
    migrate(module_url, make.ROOT, now=NOW)
    demonstrate(module_url, DemoWish(3, 200, 11), progress=lambda _: None, now=NOW)
    sessions = open_database(module_url)
    with sessions.begin() as session:
        begin = start_of_day(FIRST_DAY)
        wander(session, 250, Random("wander"), first=begin, now=NOW)
    with sessions.begin() as session:
        events = list(stream_events(session))
        levels = session.scalars(select(ServiceLevelRow)).all()
    yield sessions, events, levels
    sessions.kw["bind"].dispose()


def eligibility(levels):
    def eligible(procedure_code, day):
        return any(
            level.procedure_code == procedure_code
            and level.level == "full_online"
            and level.valid_from <= day
            and (level.valid_to is None or day < level.valid_to)
            for level in levels
        )

    return eligible


def spelt(tally: Tally) -> dict[str, int]:
    told = asdict(tally)
    for way in ("day", "instant"):
        told |= {f"{way}.{name}": value for name, value in told.pop(f"by_{way}").items()}
    return {name: value for name, value in told.items() if value}


moments = st.integers(0, DAYS * 24 * 60).map(
    lambda minutes: start_of_day(FIRST_DAY) + timedelta(minutes=minutes)
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(0, DAYS), length=st.integers(1, DAYS), as_of=moments)
def test_any_period_seen_from_any_moment_is_counted_right(world, start, length, as_of):
    sessions, events, levels = world
    since = FIRST_DAY + timedelta(days=start)
    as_of = max(as_of, start_of_day(since) + timedelta(minutes=1))
    period = make_period(since, since + timedelta(days=length), as_of)
    with sessions.begin() as session:
        sheet = measure_communes(session, period, EVERYTHING, as_of=as_of)
    expected = recount(events, period.since, period.at, eligibility(levels))
    found = {row.unit.code: spelt(row.tally) for row in sheet.rows if row.tally.total}
    if sheet.unassigned.tally.total:
        found[None] = spelt(sheet.unassigned.tally)
    assert found == {unit: dict(counts) for unit, counts in expected.items()}
    total = sheet.total.tally
    assert total == pool(row.tally for row in (*sheet.rows, sheet.unassigned))
    assert total.received + total.carried_over == total.finished + total.closed + total.pending


def test_the_province_pools_what_its_communes_count(world):
    sessions, _, _ = world
    period = make_period(date(2026, 3, 1), date(2026, 9, 1), NOW)
    with sessions.begin() as session:
        whole = measure_communes(session, period, EVERYTHING, as_of=NOW).total.tally
        province = measure_unit(session, make.PROVINCE, period, EVERYTHING, as_of=NOW)
        parts = [
            measure_unit(session, row.unit.code, period, EVERYTHING, as_of=NOW).total.tally
            for row in province.rows
            if row.tally.total
        ]
    assert province.total.tally == whole == pool(parts)
    assert len(parts) == 3
    assert province.total.unit.code == make.PROVINCE


def test_a_narrow_scope_counts_its_units_and_no_unassigned_bucket(world):
    sessions, _, _ = world
    period = make_period(date(2026, 3, 1), date(2026, 9, 1), NOW)
    scope = Scope(units=frozenset({make.TAN_LAC}))
    with sessions.begin() as session:
        sheet = measure_communes(session, period, scope, as_of=NOW)
    assert [row.unit.code for row in sheet.rows] == [make.TAN_LAC]
    assert sheet.unassigned is None
    assert sheet.total.tally == sheet.rows[0].tally
    assert sheet.total.tally.received > 0
