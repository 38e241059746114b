"""From stage to stage: hand over, pass on, stop, go round again, end."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from tests.domain.calendars import at
from tests.domain.lives import LIMIT, MONDAY, SHIFTING, TOLD, Life
from tests.domain.test_stages import COMMUNE, POLICE, a_plan, rule
from tthc.domain.dossier import Details, rebuild
from tthc.domain.errors import TthcError
from tthc.domain.lifecycle import TRANSITIONS, Action, Status
from tthc.domain.passing import NoNextStageError
from tthc.domain.stages import StagePlan
from tthc.domain.stopping import ClockStandsError

NOBODY = Details()


@pytest.fixture
def life():
    """Received on Monday 2 March 2026 at 09:00, handed over at 10:00; three stages to come."""
    return begin()


def begin(limit=LIMIT, plan=None):
    life = Life(limit, plan=plan or a_plan())
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    return life


def where(life):
    return life.state.stage_round, life.state.current_stage


def spans(life):
    """Each stage with the day and hour at which it began and ended."""
    text = "%d %H:%M"
    shown = {}
    for key, run in life.runs.items():
        ended = run.ended_at.strftime(text) if run.ended_at else None
        shown[key] = (run.started_at.strftime(text), ended)
    return shown


def test_receipt_begins_at_the_desk_and_hand_over_begins_the_first_stage():
    life = Life(plan=a_plan())
    assert (where(life), life.running.name) == ((1, 0), "Tiếp nhận")
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    assert where(life) == (1, 1)
    assert spans(life) == {(1, 0): ("02 09:00", "02 10:00"), (1, 1): ("02 10:00", None)}
    assert life.running.officer == "officer"


def test_an_online_dossier_comes_to_the_desk_when_it_is_accepted():
    life = Life(plan=a_plan(), online=True)
    assert where(life) == (0, None)
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-02 10:00")
    assert not life.runs
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-03 10:00")
    assert spans(life) == {(1, 0): ("03 10:00", None)}


def test_a_dossier_without_stages_says_so_and_cannot_be_passed_on():
    life = Life()
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    assert (where(life), life.runs) == ((0, None), {})
    with pytest.raises(NoNextStageError):
        life.do(Action.PASS_ON, "2026-03-03 10:00")


def test_passing_on_ends_a_stage_and_begins_the_next_until_there_is_none(life):
    for day in (3, 4):
        life.do(Action.PASS_ON, f"2026-03-0{day} 10:00", NOBODY)
    assert where(life) == (1, 3)
    assert life.state.status is Status.PROCESSING
    assert spans(life)[1, 2] == ("03 10:00", "04 10:00")
    with pytest.raises(NoNextStageError) as refused:
        life.do(Action.PASS_ON, "2026-03-05 10:00")
    assert refused.value.code == "no_next_stage"


def test_an_officer_stays_within_one_agency_and_is_named_anew_in_another(life):
    within = begin(plan=a_plan((rule(1), rule(2), rule(3))))
    within.do(Action.PASS_ON, "2026-03-03 10:00", NOBODY)
    assert within.state.officer == within.running.officer == "officer"
    life.do(Action.PASS_ON, "2026-03-03 10:00", NOBODY)
    assert (life.running.who, life.state.officer) == ((COMMUNE, POLICE), None)
    life.do(Action.PASS_ON, "2026-03-04 10:00", Details(officer="chi-cuc"))
    assert life.state.officer == life.running.officer == "chi-cuc"


def test_who_is_assigned_is_kept_with_the_stage(life):
    life.do(Action.ASSIGN, "2026-03-02 11:00", Details(officer="other"))
    assert life.running.officer == "other"
    assert spans(life)[1, 1] == ("02 10:00", None)


def test_nothing_is_passed_on_while_the_clock_is_paused(life):
    life.do(Action.PAUSE, "2026-03-03 10:00")
    with pytest.raises(ClockStandsError):
        life.do(Action.PASS_ON, "2026-03-04 10:00")


def test_a_result_before_the_last_stage_says_which_were_skipped(life):
    outcome = life.do(Action.FINISH, "2026-03-03 10:00")
    assert outcome.facts == {"skipped_stages": [2, 3]}
    assert life.running is None
    assert where(life) == (1, 1)  # where it ended
    assert not life.do(Action.RETURN, "2026-03-04 10:00").stages


def test_a_result_in_the_last_stage_skips_nothing_and_a_withdrawal_tells_nothing(life):
    other = begin()
    assert not other.do(Action.WITHDRAW, "2026-03-03 10:00").facts
    assert spans(other)[1, 1] == ("02 10:00", "03 10:00")
    for day in (3, 4):
        life.do(Action.PASS_ON, f"2026-03-0{day} 10:00")
    assert not life.do(Action.FINISH, "2026-03-05 10:00").facts


def test_a_supplement_that_counts_anew_begins_a_new_round_at_the_desk(life):
    life.do(Action.PASS_ON, "2026-03-03 10:00")
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 11:00")
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-06 09:00")
    assert where(life) == (2, 0)
    assert spans(life)[1, 2] == ("03 10:00", "06 09:00")
    assert life.running.due.due_at == at("2026-03-06 17:00")
    life.do(Action.HAND_OVER, "2026-03-06 10:00")
    assert where(life) == (2, 1)
    assert sorted(life.runs) == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]


def test_a_supplement_that_only_stops_the_clock_goes_on_in_the_same_stage():
    life = begin(SHIFTING)
    assert life.running.due.due_at == at("2026-03-04 17:00")
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-05 10:00")
    assert where(life) == (1, 1)
    assert life.running.due.due_at == at("2026-03-06 17:00")
    assert life.running.due.ledger[-1].facts["reason"] == "supplement"


def test_a_stage_moves_once_when_the_last_of_two_stops_ends(life):
    life.do(Action.REQUEST_PAYMENT, "2026-03-03 10:00")
    life.do(Action.PAUSE, "2026-03-04 10:00")
    assert not life.do(Action.CONFIRM_PAYMENT, "2026-03-05 10:00").stages
    life.do(Action.RESUME, "2026-03-09 10:00")
    assert life.running.due.due_at == at("2026-03-10 17:00")  # 3 to 9 March: four working days


def test_a_stage_begun_while_the_clock_stands_moves_by_the_rest_of_the_stop():
    life = Life(plan=a_plan())
    life.do(Action.PAUSE, "2026-03-02 09:30")
    life.do(Action.HAND_OVER, "2026-03-03 10:00")
    assert life.running.due.due_at == at("2026-03-05 17:00")
    life.do(Action.RESUME, "2026-03-04 10:00")
    assert life.running.due.due_at == at("2026-03-06 17:00")


def test_the_round_that_begins_while_another_stop_is_open_moves_when_that_ends(life):
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    life.do(Action.PAUSE, "2026-03-03 11:00")
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-05 09:00")
    assert where(life) == (2, 0)
    life.do(Action.RESUME, "2026-03-06 09:00")
    assert life.running.due.due_at > at("2026-03-06 11:30")
    assert where(life) == (2, 0)


def test_a_plan_that_vanished_lets_the_dossier_go_on_without_stages():
    life = Life(SHIFTING, plan=a_plan())
    life.plan = StagePlan(())
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-02 09:30")
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-04 09:30")
    assert life.running.due.due_at == at("2026-03-04 17:00")
    life.do(Action.HAND_OVER, "2026-03-04 10:00")
    assert (life.state.current_stage, life.running) == (None, None)
    life.do(Action.FINISH, "2026-03-05 10:00")


@pytest.mark.parametrize("seed", range(60))
def test_stages_follow_each_other_without_a_gap_and_the_events_say_where_it_is(seed):
    rng = Random(seed)
    life = Life(rng.choice([LIMIT, SHIFTING]), plan=a_plan())
    minutes = 0
    for _ in range(25):
        minutes += rng.choice([10, 100, 1_500, 4_000])
        moment = MONDAY + timedelta(minutes=minutes)
        choices = [action for status, action in TRANSITIONS if status is life.state.status]
        before = life.state
        try:
            life.do(rng.choice(sorted(choices or [Action.REFUSE])), moment, TOLD)
        except TthcError:
            assert life.state == before
    runs = [life.runs[key] for key in sorted(life.runs)]
    assert runs[0].started_at == life.state.received_at
    for earlier, later in pairwise(runs):
        assert earlier.ended_at == later.started_at
    assert runs[-1].ended_at == life.state.ended_at
    assert (runs[-1].round, runs[-1].number) == where(life)
    assert all((later.number == 0) == (later.round > run.round) for run, later in pairwise(runs))
    folded = rebuild([{"stage_round": 1, "current_stage": 0}, *life.events])
    assert (folded.stage_round, folded.current_stage) == where(life)
