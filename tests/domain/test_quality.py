"""Each rule of data quality by an example and its opposite; sums that must agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.evidences import DUE, OVERDUE, PENDING, RECEIVED
from tthc.domain.dossier import Channel
from tthc.domain.metrics import Tally, Timeliness, pool
from tthc.domain.moment import TICK, start_of_day
from tthc.domain.quality import (
    MASS_LEAST,
    RULES,
    LastDayStop,
    Life,
    MovedDue,
    Span,
    find_discords,
    find_spoilers,
)
from tthc.domain.standing import Fact, tally_standing

MARCH, APRIL = start_of_day(date(2026, 3, 1)), start_of_day(date(2026, 4, 1))
FOUR = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
"""16:00 on the last day, when the last hour of work begins."""
SPAN = Span(MARCH, APRIL, FOUR)
SEEN = replace(PENDING, finished_at=DUE, ended_at=DUE)
LIFE = Life(
    seen=SEEN,
    registered_at=RECEIVED,
    returned_at=DUE,
    recorded_at=RECEIVED,
    is_offered_online=True,
    moved=(MovedDue(OVERDUE, OVERDUE - TICK, None),),
    stops=(LastDayStop(FOUR, APRIL),),
)
PENDING = {"finished_at": None, "ended_at": None}


def broken(*lives):
    return [finding.rule for finding in find_spoilers(lives, SPAN)]


def seen(**changes):
    return replace(LIFE, seen=replace(SEEN, **changes))


def test_a_sound_dossier_breaks_no_rule():
    assert broken(LIFE) == []


@pytest.mark.parametrize(
    ("rule", "life"),
    [
        ("channel_missing/1", seen(channel=None)),
        ("online_not_offered/1", replace(LIFE, is_offered_online=False)),
        ("due_missing/1", seen(due_at=None, overdue_at=None)),
        ("result_before_receipt/1", seen(ended_at=RECEIVED - TICK)),
        ("dates_impossible/1", replace(LIFE, registered_at=RECEIVED + TICK)),
        ("dates_impossible/1", replace(LIFE, returned_at=DUE - TICK)),
        ("dates_impossible/1", replace(LIFE, recorded_at=RECEIVED - TICK)),
        ("back_dated/1", replace(LIFE, is_back_dated=True)),
        ("due_moved_late/1", replace(LIFE, moved=(MovedDue(OVERDUE, OVERDUE, None),))),
        ("due_moved_late/1", replace(LIFE, moved=(MovedDue(OVERDUE, APRIL, OVERDUE),))),
        ("stop_on_last_day/1", replace(LIFE, stops=(LastDayStop(FOUR, APRIL - TICK),))),
        ("stop_on_last_day/1", seen(**PENDING)),
    ],
)
def test_each_rule_finds_its_dossier_and_no_other_rule_does(rule, life):
    assert broken(life) == [rule]


@pytest.mark.parametrize(
    "life",
    [
        replace(seen(channel=None, received_at=MARCH - TICK), registered_at=None),
        seen(channel=Channel.DIRECT),
        replace(LIFE, is_offered_online=None),
        replace(LIFE, is_offered_online=False, seen=replace(SEEN, channel=Channel.DIRECT)),
        replace(LIFE, registered_at=None, returned_at=None),
        replace(LIFE, moved=(MovedDue(OVERDUE, APRIL, OVERDUE - TICK),)),
        seen(**PENDING, overdue_at=APRIL + TICK),
        replace(LIFE, stops=(LastDayStop(FOUR, None),)),
    ],
)
def test_what_only_looks_alike_is_left_alone(life):
    assert broken(life) == []


def ends(count, at, first=0):
    codes = [f"{first + n:04}" for n in range(count)]
    lives = [replace(SEEN, code=code, finished_at=at, ended_at=at) for code in codes]
    return [replace(LIFE, seen=life, returned_at=None) for life in lives]


def test_closing_is_massed_from_ten_in_the_last_hour_that_are_a_fifth():
    last = ends(MASS_LEAST, FOUR)
    assert broken(*last) == ["mass_closing/1"] * MASS_LEAST
    assert broken(*last[1:]) == []
    assert broken(*ends(MASS_LEAST, FOUR - TICK)) == []
    assert len(broken(*last, *ends(4 * MASS_LEAST, DUE, 100))) == MASS_LEAST
    assert broken(*last, *ends(4 * MASS_LEAST + 1, DUE, 100)) == []


def test_each_unit_is_looked_at_alone():
    elsewhere = [replace(x, seen=replace(x.seen, resolving_unit=None)) for x in ends(9, FOUR)]
    assert broken(*ends(9, FOUR), *elsewhere) == []


def test_every_rule_that_finds_something_is_explained():
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids)) == 10
    assert all(rule.title and rule.text for rule in RULES)


@given(st.lists(st.integers(0, 2 * Fact.STOPPED - 1), max_size=20))
def test_sound_counts_agree_with_one_another(standings):
    possible = [s for s in standings if _is_possible(Fact(s))]
    assert find_discords(pool(tally_standing(Fact(s)) for s in possible)) == []


def _is_possible(facts):
    is_late = facts & (Fact.LATE_BY_DAY | Fact.LATE_BY_INSTANT)
    channels = [Fact.DIRECT in facts, Fact.ONLINE in facts, Fact.POSTAL in facts]
    has_one_end = not (Fact.FINISHED in facts and Fact.CLOSED in facts)
    return has_one_end and sum(channels) <= 1 and (Fact.WITH_DUE in facts or not is_late)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"received": 2}, "total_adds_up/1"),
        ({"received_direct": 1}, "channels_add_up/1"),
        ({"by_day": Timeliness(finished_late=2)}, "finished_adds_up/1.day"),
        ({"by_instant": Timeliness()}, "finished_adds_up/1.instant"),
        ({"by_day": Timeliness(finished_late=1, closed_late=1)}, "closed_adds_up/1.day"),
        ({"by_day": Timeliness(finished_late=1, pending_late=1)}, "pending_adds_up/1.day"),
    ],
)
def test_a_sum_that_does_not_agree_is_named(changes, rule):
    late = Timeliness(finished_late=1)
    sound = Tally(received=1, received_online=1, finished=1, by_day=late, by_instant=late)
    assert find_discords(sound) == []
    assert rule in find_discords(replace(sound, **changes))
