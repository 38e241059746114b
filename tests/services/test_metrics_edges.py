"""Where a period begins and ends, to the microsecond, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import make
from tests.jobs.alerting import act
from tthc.domain.dossier import Channel
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import Action
from tthc.domain.moment import start_of_day
from tthc.domain.scope import EVERYTHING, Scope
from tthc.services.metrics import PeriodInvalidError, make_period, measure_communes, measure_unit

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
MIDNIGHT = start_of_day(APRIL)
TICK = timedelta(microseconds=1)
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def tally(session, since=APRIL, until=MAY, as_of=LATER):
    session.flush()
    period = make_period(since, until, as_of)
    return measure_communes(session, period, EVERYTHING, as_of=as_of).total.tally


def finish(session, at):
    dossier = make.a_dossier(session, now=make.NOW)
    act(session, dossier.code, Action.HAND_OVER, now=make.NOW)
    act(session, dossier.code, Action.FINISH, now=at)


@pytest.fixture
def desk(session):
    make.a_desk(session)


def test_what_ended_on_the_first_instant_belongs_to_the_period(session, desk):
    finish(session, MIDNIGHT)
    assert (tally(session).carried_over, tally(session).finished) == (1, 1)


def test_what_ended_an_instant_before_does_not(session, desk):
    finish(session, MIDNIGHT - TICK)
    assert tally(session).total == 0
    assert tally(session, date(2026, 3, 1), APRIL).finished == 1


def test_what_was_received_on_the_last_instant_belongs_and_a_tick_later_does_not(session, desk):
    make.a_dossier(session, now=LATER, happened_at=start_of_day(MAY) - TICK)
    make.a_dossier(session, now=LATER, happened_at=start_of_day(MAY))
    assert (tally(session).received, tally(session).pending) == (1, 1)


def test_what_is_done_after_the_period_is_still_pending_in_it(session, desk):
    finish(session, start_of_day(MAY))
    assert (tally(session).pending, tally(session).finished) == (1, 0)
    assert tally(session, MAY, date(2026, 6, 1)).finished == 1


def test_an_application_that_was_not_accepted_is_in_no_figure(session, desk):
    kept = make.a_dossier(session, channel=Channel.ONLINE, now=MIDNIGHT)
    refused = make.a_dossier(session, channel=Channel.ONLINE, now=MIDNIGHT)
    act(session, refused.code, Action.REFUSE, reason="Sai thẩm quyền", now=MIDNIGHT)
    assert tally(session).total == 0
    act(session, kept.code, Action.ACCEPT, now=MIDNIGHT + timedelta(hours=9))
    assert tally(session).received_online == 1


def test_nothing_counted_gives_no_rate_rather_than_zero(session, desk):
    period = make_period(APRIL, MAY, LATER)
    sheet = measure_communes(session, period, EVERYTHING, as_of=LATER)
    assert {figure.value for figure in sheet.total.figures} == {None}
    assert len(sheet.rows) == 148, "communes without a dossier are shown"


@pytest.mark.parametrize(
    ("since", "until", "as_of", "field"),
    [
        (MAY, APRIL, LATER, "until"),
        (APRIL, APRIL, LATER, "until"),
        (APRIL, MAY, MIDNIGHT, "as_of"),
    ],
)
def test_an_empty_period_is_refused(since, until, as_of, field):
    with pytest.raises(PeriodInvalidError) as refused:
        make_period(since, until, as_of)
    assert refused.value.details["field"] == field


def test_another_commune_is_not_there_and_neither_is_one_that_never_was(session, desk):
    period, scope = make_period(APRIL, MAY, LATER), Scope(units=frozenset({make.TAN_LAC}))
    told = []
    for code in (make.MUONG_BI, "99999"):
        with pytest.raises(NotFoundError) as refused:
            measure_unit(session, code, period, scope, as_of=LATER)
        told.append((str(refused.value), refused.value.details))
    assert told[0] == told[1]


def test_who_withdraws_while_the_clock_stands_still_is_judged_at_the_stop(session, desk):
    dossier = make.a_dossier(session, now=MIDNIGHT + timedelta(hours=9))
    stop, end = MIDNIGHT + timedelta(days=1, hours=9), MIDNIGHT + timedelta(days=20)
    act(session, dossier.code, Action.REQUEST_SUPPLEMENT, reason="Thiếu", papers=("A",), now=stop)
    act(session, dossier.code, Action.WITHDRAW, reason="Rút", now=end)
    counted = tally(session)
    assert (counted.closed, counted.by_day.closed_late, counted.pending_stopped) == (1, 0, 0)
    assert tally(session, as_of=end).pending_stopped == 1
