"""What spoils the statistics is found as it stands in the events, and nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests import make
from tests.jobs.alerting import act
from tests.quality_recount import spoilers
from tests.services.counting import counted_statements
from tests.tampering import unlock
from tests.wandering import wander
from tthc.domain.dossier import Channel, Details
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import Action
from tthc.domain.moment import start_of_day
from tthc.domain.scope import EVERYTHING, Scope
from tthc.jobs.migrating import migrate
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.evidence import ListTooLongError, Place
from tthc.services.exports import stream_events
from tthc.services.metrics import make_period, measure_communes
from tthc.services.quality import inspect
from tthc.storage.session import open_database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST_DAY, DAYS = date(2026, 3, 1), 200
ALL, TAN_LAC = Place(), Place(make.TAN_LAC)
FROM_EVENTS = {"channel_missing/1", "due_missing/1", "back_dated/1", "due_moved_late/1"}
FROM_EVENTS |= {"stop_on_last_day/1"}


class Log(tuple):
    """Events that a failing example does not spell out."""

    def __repr__(self):
        return f"<{len(self)} events>"


@pytest.fixture(scope="module")
def world(module_url):
    """Dossiers that live at random and are all typed in at the end, but those of one month."""
    migrate(module_url, make.ROOT, now=NOW)
    sessions = open_database(module_url)
    with sessions.begin() as session:
        begin, end = start_of_day(FIRST_DAY), start_of_day(FIRST_DAY + timedelta(days=DAYS))
        wander(session, 150, Random("quality"), first=begin, now=end)
    with sessions.begin() as session:
        unlock(session)
        session.execute(
            text(
                "UPDATE dossier_events SET recorded_at = happened_at + interval '1 hour' *"
                " (id % 36)"
            )
        )
    with sessions.begin() as session:
        events = Log(stream_events(session))
    yield sessions, events
    sessions.kw["bind"].dispose()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(0, DAYS), length=st.integers(1, 60))
def test_what_is_found_is_what_the_events_say(world, start, length):
    sessions, events = world
    since = FIRST_DAY + timedelta(days=start)
    period = make_period(since, since + timedelta(days=length), NOW)
    with sessions.begin() as session:
        sheet = inspect(session, period, ALL, EVERYTHING, as_of=NOW)
        total = measure_communes(session, period, EVERYTHING, as_of=NOW).total.tally
    found = {(f.code, f.rule) for f in sheet.findings if f.rule in FROM_EVENTS}
    assert found == spoilers(events, period.since, period.at)
    assert sheet.discords == []
    assert sheet.total.dossiers == total.total
    assert sheet.total.spoiled == len({f.code for f in sheet.findings})
    assert sum(sheet.total.by_rule.values()) == len(sheet.findings)
    assert sheet.total.score is None or 0 <= sheet.total.score <= 1


def march(session, place=TAN_LAC, scope=EVERYTHING, **more):
    session.flush()
    period = make_period(date(2026, 3, 1), date(2026, 4, 1), NOW)
    return inspect(session, period, place, scope, as_of=NOW, **more)


def rules(sheet):
    return {(finding.code, finding.rule) for finding in sheet.findings}


def test_a_month_of_sound_work_has_no_finding(session):
    make.a_desk(session)
    for _ in range(3):
        code = make.a_dossier(session).code
        act(session, code, Action.HAND_OVER)
        act(session, code, Action.FINISH)
    online = make.a_dossier(session, channel=Channel.ONLINE).code
    act(session, online, Action.ACCEPT, now=make.NOW + timedelta(hours=5))
    sheet = march(session)
    assert (sheet.findings, sheet.total.score, sheet.total.dossiers) == ([], 1.0, 4)


def test_an_online_dossier_of_a_procedure_not_offered_online_is_found(session):
    make.a_desk(session)
    offered = make.a_dossier(session).code
    session.execute(text("UPDATE dossiers SET channel = 2"))
    assert march(session).findings == []
    session.execute(text("UPDATE dossiers SET procedure_code = '2.000815'"))
    assert rules(march(session)) == {(offered, "online_not_offered/1")}


def test_closing_at_the_end_of_the_last_day_is_found_for_its_unit(session):
    make.a_desk(session)
    evening = datetime(2026, 3, 31, 9, 59, tzinfo=UTC)
    codes = [make.a_dossier(session).code for _ in range(10)]
    for code in codes:
        act(session, code, Action.HAND_OVER)
        act(session, code, Action.FINISH, now=evening)
    assert rules(march(session)) == {(code, "mass_closing/1") for code in codes}
    assert march(session).total.score == 0.0


def test_an_event_typed_in_days_later_is_found_and_one_of_an_import_is_not(session):
    make.a_desk(session)
    code = make.a_dossier(session).code
    act(session, code, Action.HAND_OVER)
    order = (Action.FINISH, Command(Details(), happened_at=make.NOW + timedelta(hours=1)))
    act_on_dossier(session, code, order, make.everybody(), now=make.NOW + timedelta(days=3))
    assert rules(march(session)) == {(code, "back_dated/1")}
    unlock(session)
    session.execute(text("UPDATE dossier_events SET action = 'take_over' WHERE version = 1"))
    assert march(session).findings == []


def test_a_due_date_moved_by_a_stop_is_judged_at_that_stop_and_no_other(session):
    make.a_desk(session)
    code = make.a_dossier(session).code
    ask = {"reason": "Thiếu", "papers": ("A",)}
    act(session, code, Action.REQUEST_SUPPLEMENT, now=make.NOW + timedelta(hours=1), **ask)
    act(session, code, Action.TAKE_SUPPLEMENT, now=make.NOW + timedelta(days=7))
    assert march(session).findings == []
    act(session, code, Action.REQUEST_SUPPLEMENT, now=make.NOW + timedelta(days=20), **ask)
    act(session, code, Action.TAKE_SUPPLEMENT, now=make.NOW + timedelta(days=21))
    assert rules(march(session)) == {(code, "due_moved_late/1")}


def test_counts_that_do_not_agree_with_the_lists_are_named(session):
    make.a_desk(session)
    code = make.a_dossier(session).code
    act(session, code, Action.HAND_OVER)
    act(session, code, Action.FINISH)
    session.execute(text("ALTER TABLE dossiers ALTER COLUMN standing DROP EXPRESSION"))
    session.execute(text("UPDATE dossiers SET standing = standing | 1024"))
    (discord,) = march(session).discords
    assert (discord.rule, discord.unit_code) == ("lists_agree/1", make.TAN_LAC)


def test_a_period_without_a_calendar_is_looked_at_all_the_same(session):
    make.a_desk(session)
    period = make_period(date(2012, 1, 1), date(2013, 1, 1), NOW)
    assert inspect(session, period, ALL, EVERYTHING, as_of=NOW).total.score is None


def test_a_scope_sees_its_own_and_a_request_not_too_much(session):
    make.a_desk(session)
    make.a_dossier(session)
    own = Scope(units=frozenset({make.MUONG_BI}))
    assert march(session, ALL, own).total.dossiers == 0
    with pytest.raises(NotFoundError):
        march(session, TAN_LAC, own)
    with pytest.raises(ListTooLongError):
        march(session, most=0)


def test_looking_takes_as_many_statements_for_one_dossier_as_for_twenty(session):
    make.a_desk(session)
    costs = []
    for count in (1, 19):
        for _ in range(count):
            make.a_dossier(session)
        session.flush()
        with counted_statements(session) as seen:
            assert march(session).total.dossiers >= count
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 14, seen
