"""Counts by any dimension and period equal those of the events, and add up to the whole."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests import make
from tests.jobs.alerting import act
from tests.recount import recount
from tests.services.counting import counted_statements
from tests.services.test_metrics_recount import eligibility, spelt
from tests.services.test_quality import Log
from tests.wandering import wander
from tthc.domain.dimensions import Dimension
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import Action
from tthc.domain.metrics import pool
from tthc.domain.moment import TICK, start_of_day
from tthc.domain.periods import Step
from tthc.domain.scope import EVERYTHING, Scope
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.services.exports import stream_events
from tthc.services.metrics import PeriodInvalidError, make_period, measure_communes
from tthc.services.reference import load_reference
from tthc.services.series import (
    MOST_PERIODS,
    Cut,
    SeriesTooLongError,
    UnitMissingError,
    measure_series,
)
from tthc.storage.session import open_database
from tthc.storage.tables.reference import ServiceLevelRow

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST_DAY, DAYS = date(2026, 2, 1), 290
UNITS = (make.TAN_LAC, make.MUONG_BI)


@pytest.fixture(scope="module")
def world(module_url):
    migrate(module_url, make.ROOT, now=NOW)
    demonstrate(module_url, DemoWish(3, 150, 7), progress=lambda _: None, now=NOW)
    sessions = open_database(module_url)
    with sessions.begin() as session:
        wander(session, 150, Random("series"), first=start_of_day(FIRST_DAY), now=NOW)
    with sessions.begin() as session:
        events = Log(stream_events(session))
        eligible = eligibility(session.scalars(select(ServiceLevelRow)).all())
    yield sessions, events, eligible
    sessions.kw["bind"].dispose()


def fields_of_procedures():
    path = make.ROOT / "config" / "reference" / "procedures.csv"
    with path.open(encoding="utf-8") as file:
        return {row["code"]: row["field"] for row in csv.DictReader(file)}


FIELDS = fields_of_procedures()
KEYS = {
    Dimension.UNIT: lambda life: life.get("resolving_unit"),
    Dimension.RECEIVING_UNIT: lambda life: life.get("receiving_unit"),
    Dimension.PROCEDURE: lambda life: life.get("procedure_code"),
    Dimension.FIELD: lambda life: FIELDS.get(life.get("procedure_code")),
    Dimension.CHANNEL: lambda life: life.get("channel") and str(life["channel"]),
    Dimension.SUBMITTED_BY: lambda life: life.get("submitted_by"),
    Dimension.OFFICER: lambda life: life.get("officer"),
}


def counted(point):
    return {part.key: spelt(part.tally) for part in point.parts}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    start=st.integers(0, DAYS - 40),
    length=st.integers(1, 250),
    later=st.integers(1, 300 * 24),
    step=st.sampled_from([s for s in Step if s is not Step.WHOLE]),
    dimension=st.sampled_from(list(Dimension)),
)
def test_each_period_is_counted_right_by_each_dimension(
    world, start, length, later, step, dimension
):
    sessions, events, eligible = world
    since = FIRST_DAY + timedelta(days=start)
    as_of = start_of_day(since) + timedelta(hours=later)
    wanted = Cut(since, since + timedelta(days=length), step, dimension, (make.PROVINCE,))
    with sessions.begin() as session:
        series = measure_series(session, wanted, EVERYTHING, as_of=as_of)
    assert series.points[0].period.since == start_of_day(since)
    for point in series.points:
        period = point.period
        assert period.at == min(period.until, as_of)
        expected = recount(events, period.since, period.at, eligible, KEYS[dimension])
        assert counted(point) == {key: dict(counts) for key, counts in expected.items()}
        assert point.total.tally == pool(part.tally for part in point.parts)


@pytest.mark.parametrize("dimension", [d for d in Dimension if d is not Dimension.OFFICER])
def test_the_parts_of_every_dimension_add_up_to_the_sheet(world, dimension):
    sessions, _, _ = world
    period = make_period(date(2026, 3, 1), date(2026, 9, 1), NOW)
    wanted = Cut(date(2026, 3, 1), date(2026, 9, 1), Step.WHOLE, dimension)
    with sessions.begin() as session:
        whole = measure_communes(session, period, EVERYTHING, as_of=NOW)
        series = measure_series(session, wanted, EVERYTHING, as_of=NOW)
    (point,) = series.points
    assert point.total.tally == whole.total.tally
    assert series.event_head == whole.event_head


def test_what_is_carried_over_was_pending_one_step_before(world):
    sessions, _, _ = world
    wanted = Cut(date(2026, 2, 1), date(2026, 11, 1), Step.MONTH, Dimension.UNIT)
    with sessions.begin() as session:
        totals = [
            p.total.tally for p in measure_series(session, wanted, EVERYTHING, as_of=NOW).points
        ]
    assert len(totals) == 9
    assert [t.carried_over for t in totals[1:]] == [t.pending for t in totals[:-1]]


def test_several_communes_are_named_and_others_left_out(world):
    sessions, _, _ = world
    wanted = Cut(date(2026, 3, 1), date(2026, 9, 1), Step.WHOLE, Dimension.UNIT, UNITS)
    with sessions.begin() as session:
        (point,) = measure_series(session, wanted, EVERYTHING, as_of=NOW).points
        own = Scope(units=frozenset(UNITS))
        (mine,) = measure_series(session, Cut(*_days(wanted)), own, as_of=NOW).points
    assert {part.key for part in point.parts} == set(UNITS)
    assert [part.name for part in point.parts] == ["Xã Tân Lạc", "Xã Mường Bi"]
    assert mine.total.tally == point.total.tally


def _days(wanted):
    return wanted.since, wanted.until, wanted.step, wanted.dimension


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (SeriesTooLongError, {"until": date(2028, 2, 2), "step": Step.MONTH}),
        (UnitMissingError, {"dimension": Dimension.OFFICER}),
        (NotFoundError, {"units": (make.TAN_LAC, "99999")}),
        (PeriodInvalidError, {"until": date(2026, 1, 1)}),
    ],
)
def test_what_makes_no_sense_is_refused(session, error, change):
    make.a_desk(session)
    wish = {"since": date(2026, 2, 1), "until": date(2026, 3, 1), "step": Step.WHOLE}
    wish |= {"dimension": Dimension.UNIT} | change
    with pytest.raises(error):
        measure_series(session, Cut(**wish), EVERYTHING, as_of=NOW)


def march_by(session, dimension, as_of=NOW, step=Step.WHOLE, until=date(2026, 4, 1)):
    session.flush()
    wanted = Cut(date(2026, 3, 1), until, step, dimension, (make.TAN_LAC,))
    return measure_series(session, wanted, EVERYTHING, as_of=as_of).points


def keys(points):
    return [[part.key for part in point.parts] for point in points]


def test_who_had_a_dossier_at_the_moment_counts_it_whoever_has_it_now(session):
    make.a_desk(session)
    code = make.a_dossier(session).code
    for hours, officer in ((1, "an"), (2, "binh"), (3, "chi")):
        act(session, code, Action.ASSIGN, officer=officer, now=make.NOW + timedelta(hours=hours))
    seen = [
        keys(march_by(session, Dimension.OFFICER, as_of=make.NOW + timedelta(minutes=minutes)))
        for minutes in (30, 90, 150, 210)
    ]
    assert seen == [[[None]], [["an"]], [["binh"]], [["chi"]]]


def test_what_is_not_known_has_a_part_of_its_own(session):
    make.a_desk(session)
    make.a_dossier(session)
    unknown = make.a_dossier(session)
    unknown.procedure_code = unknown.channel = unknown.submitted_by = None
    for dimension in (Dimension.FIELD, Dimension.PROCEDURE, Dimension.CHANNEL):
        (found,) = keys(march_by(session, dimension))
        assert len(found) == 2
        assert found[-1] is None


def test_a_period_that_has_not_begun_is_left_out(session):
    make.a_desk(session)
    april = start_of_day(date(2026, 4, 1))
    until = date(2026, 6, 1)
    told = march_by(session, Dimension.UNIT, as_of=april, step=Step.MONTH, until=until)
    assert len(told) == 1
    later = march_by(session, Dimension.UNIT, as_of=april + TICK, step=Step.MONTH, until=until)
    assert [point.period.at for point in later] == [april, april + TICK]


def test_two_years_of_months_take_two_statements(session):
    make.a_desk(session)
    make.a_dossier(session)
    session.flush()
    load_reference(session)
    wanted = Cut(date(2024, 12, 1), date(2026, 12, 1), Step.MONTH, Dimension.PROCEDURE)
    with counted_statements(session) as seen:
        series = measure_series(session, wanted, EVERYTHING, as_of=NOW)
    assert len(series.points) == MOST_PERIODS
    assert len(seen) == 2, seen  # the reference's stamp, counts with the newest event
