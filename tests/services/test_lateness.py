"""Late minutes by unit, agency and stage: every sum equals a brute-force count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from tests import make
from tests.lateness_recount import recount
from tests.services.test_statements import counted
from tests.wandering import wander
from tthc.domain.lifecycle import Action
from tthc.domain.moment import start_of_day
from tthc.domain.scope import EVERYTHING, Scope
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.services.dossiers import Command, Details, act_on_dossier
from tthc.services.lateness import attribute_lateness
from tthc.services.metrics import make_period
from tthc.storage.session import open_database
from tthc.storage.tables.dossiers import ClockStop, Dossier
from tthc.storage.tables.stages import DossierStage

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST_DAY, DAYS = date(2026, 1, 20), 310
STAGED = ("1.012753", "1.013225", make.GUARDIANSHIP)

__all__ = ["counted"]


@pytest.fixture(scope="module")
def world(module_url):
    """A year of dossiers, some as offices work and some at random, with and without stages."""
    migrate(module_url, make.ROOT, now=NOW)
    demonstrate(module_url, DemoWish(3, 400, 11), progress=lambda _: None, now=NOW)
    sessions = open_database(module_url)
    first = start_of_day(FIRST_DAY)
    with sessions.begin() as session:
        wander(session, 250, Random("stages"), first=first, now=NOW, procedures=STAGED)
    with sessions.begin() as session:
        cases = list(_cases(session))
    yield sessions, cases
    sessions.kw["bind"].dispose()


def _cases(session):
    """Every dossier that ended, as the recount wants it."""
    stages, stops = session.scalars(select(DossierStage)).all(), session.scalars(select(ClockStop))
    stops = list(stops)
    for dossier in session.scalars(select(Dossier).where(Dossier.ended_at.is_not(None))):
        own = sorted((s for s in stages if s.dossier_id == dossier.id), key=lambda s: s.started_at)
        yield {
            "unit": dossier.resolving_unit,
            "ended_at": dossier.ended_at,
            "due_at": dossier.due_at,
            "overdue_at": dossier.overdue_at,
            "judged_at": dossier.stopped_at or dossier.ended_at,
            "stops": [(s.started_at, s.ended_at) for s in stops if s.dossier_id == dossier.id],
            "stages": [
                {
                    "key": (s.unit_code, s.agency, s.name),
                    "started_at": s.started_at,
                    "ended_at": s.ended_at,
                    "due_at": s.due_at,
                    "overdue_at": s.overdue_at,
                    "is_inherited": s.is_inherited,
                }
                for s in sorted(own, key=lambda s: (s.round, s.number))
            ],
        }


def measure(sessions, since, until, scope=EVERYTHING, as_of=NOW):
    period = make_period(since, until, as_of)
    with sessions.begin() as session:
        return attribute_lateness(session, period, scope, as_of=as_of)


def told(sheet):
    return {
        (row.unit and row.unit.code, row.agency, row.stage): {
            name: getattr(row.share, name)
            for name in ("late_minutes", "stages", "behind", "inherited")
            if getattr(row.share, name)
        }
        for row in sheet.rows
    }


@pytest.mark.parametrize("seed", range(12))
def test_any_period_is_shared_as_a_recount_shares_it(world, seed):
    sessions, cases = world
    rng = Random(seed)
    since = FIRST_DAY + timedelta(days=rng.randrange(DAYS - 30))
    until = since + timedelta(days=rng.choice([1, 7, 30, 90, 365]))
    sheet = measure(sessions, since, until)
    begin, end = sheet.period.since, sheet.period.at
    total, shares = recount(case for case in cases if begin <= case["ended_at"] < end)
    assert sheet.late_minutes == total == sum(row.share.late_minutes for row in sheet.rows)
    assert told(sheet) == {
        key: {name: count for name, count in counts.items() if count}
        for key, counts in shares.items()
    }


def test_the_year_has_lateness_of_every_kind(world):
    sessions, cases = world
    sheet = measure(sessions, FIRST_DAY, FIRST_DAY + timedelta(days=DAYS))
    assert sheet.overdue == sum(
        case["due_at"] is not None and case["judged_at"] >= case["overdue_at"] for case in cases
    )
    agencies = {row.agency for row in sheet.rows if row.share.late_minutes}
    assert {"", "Cơ quan thuế"} <= agencies
    assert any(row.stage is None and row.share.late_minutes for row in sheet.rows)
    assert any(row.share.behind < row.share.stages for row in sheet.rows)
    assert (sheet.definition, sheet.unmeasured) == ("stage_lateness/1", 0)


def test_the_communes_add_up_to_the_province(world):
    sessions, _ = world
    days = (FIRST_DAY, FIRST_DAY + timedelta(days=DAYS))
    whole = measure(sessions, *days)
    units = {row.unit.code for row in whole.rows}
    parts = [measure(sessions, *days, Scope(units=frozenset({unit}))) for unit in units]
    assert sum(part.late_minutes for part in parts) == whole.late_minutes
    assert sum(part.overdue for part in parts) == whole.overdue


def test_what_had_not_ended_when_it_is_seen_from_is_left_out(world):
    sessions, cases = world
    as_of = start_of_day(date(2026, 6, 1))
    sheet = measure(sessions, date(2026, 3, 1), date(2026, 9, 1), as_of=as_of)
    assert sheet.period.at == as_of
    since = sheet.period.since
    assert sheet.late_minutes == recount(c for c in cases if since <= c["ended_at"] < as_of)[0]


def finish(session, dossier, at):
    for action in (Action.HAND_OVER, Action.FINISH):
        order = (action, Command(Details(), happened_at=at))
        act_on_dossier(session, dossier.code, order, make.everybody(), now=at)


def test_a_period_costs_the_same_statements_however_many_ended(session, counted):
    days = (date(2026, 3, 1), date(2026, 4, 1))
    costs = []
    for count in (1, 10):
        for _ in range(count):
            dossier = make.a_dossier(session, procedure_code=make.LINKED)
            finish(session, dossier, make.NOW + timedelta(days=25))
        period = make_period(*days, NOW)
        with counted() as seen:
            sheet = attribute_lateness(session, period, EVERYTHING, as_of=NOW)
        costs.append(len(seen))
    assert sheet.overdue == 11
    assert costs == [5, 5], seen  # reference, dossiers, stages, stops, newest event


def test_what_no_calendar_covers_is_counted_and_left_out(session):
    make.a_desk(session)
    dossier = make.a_dossier(session)
    finish(session, dossier, datetime(2031, 3, 3, 3, 0, tzinfo=UTC))
    as_of = datetime(2031, 4, 1, tzinfo=UTC)
    period = make_period(date(2031, 3, 1), date(2031, 4, 1), as_of)
    sheet = attribute_lateness(session, period, EVERYTHING, as_of=as_of)
    assert (sheet.overdue, sheet.unmeasured, sheet.late_minutes) == (1, 1, 0)
