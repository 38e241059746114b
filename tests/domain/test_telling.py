"""When somebody is told: examples by hand, and that nobody is woken or told twice a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import at, official
from tthc.domain.moment import civil_day
from tthc.domain.telling import SETTLES, URGENT_GAP, Heard, tell_at


def when(now, *, is_urgent=False, **heard):
    told = Heard(**{name: at(text) for name, text in heard.items()})
    return tell_at(told, official(), is_urgent=is_urgent, now=at(now))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-03 00:00", "2026-03-03 07:30"),  # found at midnight: in the morning
        ("2026-03-03 12:00", "2026-03-03 13:30"),
        ("2026-03-03 17:00", "2026-03-04 07:30"),
        ("2026-03-07 09:00", "2026-03-09 07:30"),  # Saturday
        ("2026-02-13 18:00", "2026-02-23 07:30"),  # over Tết
    ],
)
def test_outside_working_hours_everything_waits_for_the_next_opening(now, opens):
    assert when(now) == when(now, is_urgent=True) == at(opens)


def test_in_working_hours_an_urgent_matter_leaves_at_once_and_a_digest_settles_first():
    assert when("2026-03-03 09:00", is_urgent=True) == at("2026-03-03 09:00")
    assert when("2026-03-03 09:00") == at("2026-03-03 09:02")


def test_after_todays_digest_the_next_one_leaves_on_the_next_working_day():
    told = {"digest_at": "2026-03-06 07:30", "told_at": "2026-03-06 07:30"}
    assert when("2026-03-06 09:00", **told) == at("2026-03-09 07:30")
    assert when("2026-03-06 18:00", **told) == at("2026-03-09 07:30")
    assert when("2026-03-06 09:00", is_urgent=True, **told) == at("2026-03-06 09:00")


def test_yesterdays_digest_holds_nothing_back():
    assert when("2026-03-06 09:00", digest_at="2026-03-05 07:30") == at("2026-03-06 09:02")


def test_urgent_matters_keep_a_distance():
    assert when("2026-03-06 09:00", is_urgent=True, told_at="2026-03-06 08:50") == at(
        "2026-03-06 09:05"
    )
    assert when("2026-03-06 11:29", is_urgent=True, told_at="2026-03-06 11:20") == at(
        "2026-03-06 13:30"
    )


def test_what_is_planned_is_joined():
    planned = {"planned_digest_at": "2026-03-06 09:01", "planned_urgent_at": "2026-03-06 09:07"}
    assert when("2026-03-06 09:00", **planned) == at("2026-03-06 09:01")
    assert when("2026-03-06 09:00", is_urgent=True, **planned) == at("2026-03-06 09:07")


def test_without_a_calendar_nobody_waits_for_ever():
    late = at("2026-03-06 09:00") + timedelta(days=40_000)
    assert tell_at(Heard(), official(), is_urgent=True, now=late) == late


matters = st.lists(st.tuples(st.integers(1, 600), st.booleans()), min_size=1, max_size=60)


class Person:
    """Somebody to whom what is planned leaves when its time has come."""

    def __init__(self):
        self.heard = Heard()
        self.digests, self.urgent = [], []

    def wait_until(self, now):
        planned = {self.heard.planned_digest_at, self.heard.planned_urgent_at} - {None}
        for moment in sorted(moment for moment in planned if moment <= now):
            if self.heard.planned_digest_at == moment:
                self.digests.append(moment)
                self.heard = replace(self.heard, planned_digest_at=None, digest_at=moment)
            if self.heard.planned_urgent_at == moment:
                self.urgent.append(moment)
                self.heard = replace(self.heard, planned_urgent_at=None)
            self.heard = replace(self.heard, told_at=moment)


@given(matters)
def test_nobody_is_woken_gets_two_digests_a_day_or_two_urgent_messages_in_a_row(matters):
    calendar, person, now = official(), Person(), at("2026-03-02 07:00")
    for minutes, is_urgent in matters:
        now += timedelta(minutes=minutes)
        person.wait_until(now)
        moment = tell_at(person.heard, calendar, is_urgent=is_urgent, now=now)
        person.heard = person.heard.planning(moment, is_urgent=is_urgent)
        assert calendar.opening_from(moment) == moment
        assert now <= moment <= calendar.opening_from(now + SETTLES) + timedelta(days=4)
    days = [civil_day(moment) for moment in person.digests]
    assert len(days) == len(set(days))
    assert all(later - one >= URGENT_GAP for one, later in pairwise(person.urgent))
