"""Every counted part equals a brute-force count over the events, at any moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tests import make
from tests.jobs.alerting import act
from tests.score_recount import received_by_unit, recount_parts
from tests.services.counting import counted_statements
from tests.services.scoring import live, papers
from tthc.domain.dossier import Channel, PaymentKind
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import Action
from tthc.domain.moment import start_of_day
from tthc.domain.qd766 import PARTS_BY_CODE
from tthc.domain.receipt import Fee
from tthc.domain.reference import ServiceLevel
from tthc.domain.scope import EVERYTHING, Scope
from tthc.domain.score_numbers import SCORE_NUMBERS
from tthc.domain.scoring import Lack
from tthc.domain.traits import COUNTINGS
from tthc.jobs.migrating import migrate
from tthc.services.evidence import Place
from tthc.services.exports import stream_events
from tthc.services.loading import LevelDecision, load_service_levels
from tthc.services.metrics import make_period, measure_unit
from tthc.services.reference import load_reference
from tthc.services.score_evidence import WantedList, list_number
from tthc.services.scores import find_offer, measure_scores
from tthc.storage.session import open_database
from tthc.storage.tables.dossiers import Dossier

NOW = datetime(2026, 6, 20, 3, 0, tzinfo=UTC)
FIRST_DAY, DAYS = date(2026, 3, 1), 112
MARCH = make_period(date(2026, 3, 1), date(2026, 4, 1), make.NOW + timedelta(days=20))
LATER = make.NOW + timedelta(days=20)
D = Decimal


@pytest.fixture(scope="module")
def world(module_url):
    migrate(module_url, make.ROOT, now=NOW)
    sessions = open_database(module_url)
    with sessions.begin() as session:
        live(session, 140, Random("scores"), first=start_of_day(FIRST_DAY), now=NOW)
    with sessions.begin() as session:
        events = list(stream_events(session))
    yield sessions, events
    sessions.kw["bind"].dispose()


def measures(score):
    return {part.part.code: part.measure for group in score.groups for part in group.parts}


def of(session, unit_code=make.TAN_LAC, period=MARCH, scope=EVERYTHING, as_of=LATER):
    return measure_scores(session, unit_code, period, scope, as_of=as_of, with_communes=True)


moments = st.integers(0, DAYS * 24 * 60).map(
    lambda minutes: start_of_day(FIRST_DAY) + timedelta(minutes=minutes)
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=st.integers(0, DAYS), length=st.integers(1, DAYS), as_of=moments)
def test_any_period_seen_from_any_moment_is_counted_right(world, start, length, as_of):
    sessions, events = world
    since = FIRST_DAY + timedelta(days=start)
    as_of = max(as_of, start_of_day(since) + timedelta(minutes=1))
    period = make_period(since, since + timedelta(days=length), as_of)
    lives = received_by_unit(events, period.since, period.at)
    with sessions.begin() as session:
        sheet = of(session, None, period, as_of=as_of)
        online = set(find_offer(session, load_reference(session), since).online)
    found = {row.unit.code: measures(row.score) for row in sheet.rows}
    found["all"] = measures(sheet.total.score)
    parts = {
        make.TAN_LAC: [],
        **lives,
        "all": [life for of_unit in lives.values() for life in of_unit],
    }
    for unit, of_unit in parts.items():
        for code, (above, below) in recount_parts(of_unit, online).items():
            measure = found[unit][code]
            if measure.lack is Lack.UNTOLD:
                assert code in {"digitised", "reused"}
                assert not any(life.get("paper_count") for life in of_unit)
            else:
                assert (measure.numerator, measure.denominator) == (len(above), len(below)), code
    with sessions.begin() as session:
        for unit in (make.TAN_LAC, None):
            told = recount_parts(parts["all" if unit is None else unit], online)
            assert listed(session, period, unit) == {
                f"{PARTS_BY_CODE[code].definition}.{half}": sorted(told[code][n])
                for code in COUNTINGS
                if not COUNTINGS[code].by_procedure
                for n, half in enumerate(("numerator", "denominator"))
            }


def listed(session, period, unit):
    wanted = (WantedList(name, period, Place(unit), NOW) for name in SCORE_NUMBERS)
    found = (list_number(session, one, EVERYTHING) for one in wanted)
    return {of.number: [row.code for row in of.rows] for of in found}


def test_the_world_tells_something_of_every_part(world):
    sessions, _ = world
    period = make_period(FIRST_DAY, date(2026, 7, 1), NOW)
    with sessions.begin() as session:
        told = measures(of(session, None, period, as_of=NOW).total.score)
    for code, counting in COUNTINGS.items():
        assert 0 < told[code].numerator <= told[code].denominator, code
        assert counting.by_procedure or told[code].numerator < told[code].denominator, code


def test_a_province_counts_a_procedure_of_two_communes_once(session):
    make.a_desk(session)
    for unit in (make.TAN_LAC, make.MUONG_BI):
        make.a_dossier(session, receiving_unit=unit, fees=(Fee("Lệ phí", 8_000),),
                       payment_kind=PaymentKind.ON_PORTAL)  # fmt: skip
    told = measures(of(session, make.PROVINCE).total.score)
    assert (told["paid_online"].numerator, told["paid_online"].denominator) == (2, 2)
    counted = told["procedures_paid_online"]
    assert (counted.numerator, counted.denominator) == (1, 1)


@pytest.mark.parametrize(("digitised", "counts"), [(3, 0), (4, 1), (5, 1)])
def test_a_dossier_is_digitised_from_four_papers_in_five_on(session, digitised, counts):
    make.a_desk(session)
    make.a_dossier(session, papers=papers(5, digitised))
    assert measures(of(session).total.score)["digitised"].numerator == counts


def test_progress_is_the_definition_of_the_figures(session):
    make.a_desk(session)
    done = make.a_dossier(session)
    make.a_dossier(session)
    act(session, done.code, Action.HAND_OVER)
    act(session, done.code, Action.FINISH)
    sheet = of(session)
    figures = measure_unit(session, make.TAN_LAC, MARCH, EVERYTHING, as_of=LATER).total.figures
    (figure,) = (f for f in figures if (f.definition, f.compared) == ("on_time_qd766/1", "day"))
    progress = measures(sheet.total.score)["progress"]
    assert (progress.numerator, progress.denominator) == (1, 2)
    assert (figure.numerator, figure.denominator) == (1, 2)
    (group,) = (g for g in sheet.total.score.groups if g.group.code == "progress")
    assert (group.points, group.out_of) == (D("10.00"), D(20))


def test_an_online_dossier_counts_once_its_result_is_there_as_data(session):
    make.a_desk(session)
    code = make.a_dossier(session, channel=Channel.ONLINE, procedure_code=make.BIRTH).code
    act(session, code, Action.ACCEPT)
    act(session, code, Action.HAND_OVER)
    assert measures(of(session).total.score)["dossiers_online"].numerator == 0
    act(session, code, Action.FINISH, is_result_electronic=True)
    assert measures(of(session).total.score)["dossiers_online"].numerator == 1


def test_what_another_system_did_not_tell_is_no_zero(session):
    make.a_desk(session)
    dossier = make.a_dossier(session)
    session.execute(
        update(Dossier)
        .where(Dossier.id == dossier.id)
        .values(foreign_system="igate", foreign_code="1", payment_kind=None)
    )
    told = measures(of(session).total.score)
    untold = ("electronic_results", "digitised", "reused", "paid_online", "procedures_paid_online")
    assert {(told[code].lack, told[code].untold) for code in untold} == {(Lack.UNTOLD, 1)}
    make.a_dossier(session, papers=papers(1, 1))
    digitised = measures(of(session).total.score)["digitised"]
    assert (digitised.numerator, digitised.denominator, digitised.untold) == (1, 2, 1)


def test_what_the_province_decided_goes_before_what_the_catalogue_promises(session):
    make.a_desk(session)
    day = date(2026, 3, 5)
    before = find_offer(session, load_reference(session), day)
    assert make.BIRTH in before.online
    assert before.online < before.in_force
    told = {make.BIRTH: ServiceLevel.INFORMATION, make.GUARDIANSHIP: ServiceLevel.PARTIAL}
    decisions = [LevelDecision(c, level, day, "QĐ", "test") for c, level in told.items()]
    load_service_levels(session, decisions, now=make.NOW)
    after = find_offer(session, load_reference(session), day)
    assert make.BIRTH not in after.online
    assert make.GUARDIANSHIP in after.online
    assert find_offer(session, load_reference(session), date(2026, 3, 4)) == before


def test_communes_are_ranked_by_points_and_the_same_points_share_a_rank(session):
    make.a_desk(session)
    late = make.a_dossier(session)
    act(session, late.code, Action.HAND_OVER)
    for unit in (make.MUONG_BI, "05134"):
        code = make.a_dossier(session, receiving_unit=unit).code
        act(session, code, Action.HAND_OVER)
        act(session, code, Action.FINISH)
    rows = of(session, make.PROVINCE).rows
    assert len(rows) == 148
    assert [(row.rank, row.unit.code) for row in rows[:2]] == [(1, "05134"), (1, make.MUONG_BI)]
    ranks = {row.unit.code: row.rank for row in rows}
    assert ranks[make.TAN_LAC] > 1
    points = [row.score.points for row in rows]
    assert points == sorted(points, reverse=True)


def test_a_narrow_scope_scores_its_own_units_only(session):
    make.a_desk(session)
    make.a_dossier(session)
    make.a_dossier(session, receiving_unit=make.MUONG_BI)
    mine = Scope(units=frozenset({make.TAN_LAC}))
    sheet = of(session, None, scope=mine)
    assert [row.unit.code for row in sheet.rows] == [make.TAN_LAC]
    assert measures(sheet.total.score)["electronic_results"].denominator == 1
    with pytest.raises(NotFoundError):
        of(session, make.MUONG_BI, scope=mine)


def test_all_communes_take_few_statements(session):
    make.a_desk(session)
    make.a_dossier(session)
    session.commit()
    load_reference(session)
    with counted_statements(session) as seen:
        sheet = of(session, make.PROVINCE)
    assert len(sheet.rows) == 148
    assert len(seen) == 6, seen  # reference twice, traits, tallies, reported figures, levels
