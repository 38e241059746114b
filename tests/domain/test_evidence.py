"""A dossier judged from its instants alone, to the microsecond; and the list as one text."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.evidences import DUE, OVERDUE, PENDING, RECEIVED
from tthc.domain.dossier import Channel, SubmittedBy
from tthc.domain.evidence import COLUMNS, canonical_list, fingerprint, stand
from tthc.domain.metrics import Period
from tthc.domain.moment import TICK, start_of_day
from tthc.domain.numbers import NUMBERS
from tthc.domain.standing import Fact, tally_standing

F = Fact
PERIOD = Period(
    start_of_day(date(2026, 3, 1)), start_of_day(date(2026, 4, 1)), start_of_day(date(2026, 4, 1))
)
BASE = F.ONLINE | F.BY_CITIZEN | F.RECEIVED | F.WITH_DUE


def ended(at, **changes):
    return replace(PENDING, finished_at=at, ended_at=at, **changes)


def facts(seen, offered=None):
    return stand(seen, PERIOD, offered or {})


def test_the_first_late_instant_is_late_and_the_one_before_is_not():
    both = F.LATE_BY_DAY | F.LATE_TO_ORIGINAL_BY_DAY
    assert not facts(ended(OVERDUE - TICK)) & both
    assert both in facts(ended(OVERDUE))


def test_by_instant_the_due_instant_itself_is_in_time():
    both = F.LATE_BY_INSTANT | F.LATE_TO_ORIGINAL_BY_INSTANT
    assert not facts(ended(DUE)) & both
    assert both in facts(ended(DUE + TICK))


def test_early_is_an_earlier_civil_day_in_viet_nam():
    assert F.EARLY in facts(ended(start_of_day(date(2026, 3, 5)) - TICK))
    assert F.EARLY not in facts(ended(start_of_day(date(2026, 3, 5))))


def test_who_ended_or_waits_while_the_clock_stands_is_judged_at_the_stop():
    late = F.LATE_BY_DAY | F.LATE_BY_INSTANT
    original = F.LATE_TO_ORIGINAL_BY_DAY | F.LATE_TO_ORIGINAL_BY_INSTANT
    stopped = {"stopped_at": DUE}
    assert not facts(ended(OVERDUE + timedelta(days=9), **stopped)) & (late | original)
    assert facts(replace(PENDING, **stopped)) == BASE | F.STOPPED
    assert facts(PENDING) == BASE | late


def test_without_a_result_it_is_closed_and_without_a_due_date_in_no_rate():
    none = dict.fromkeys(
        ("due_at", "overdue_at", "original_due_at", "original_overdue_at", "finished_at")
    )
    seen = replace(ended(DUE), **none)
    assert facts(seen) == (BASE | F.CLOSED) & ~F.WITH_DUE


def test_it_arrives_in_the_period_from_the_first_instant_on():
    assert F.RECEIVED in facts(replace(PENDING, received_at=PERIOD.since))
    carried = facts(
        replace(PENDING, received_at=PERIOD.since - TICK), {"1.004837": [(date.min, None)]}
    )
    assert not carried & (F.RECEIVED | F.ELIGIBLE)


@pytest.mark.parametrize(
    ("days", "is_eligible"),
    [
        ((date(2026, 3, 2), None), True),
        ((date(2026, 3, 3), None), False),
        ((date(2026, 1, 1), date(2026, 3, 3)), True),
        ((date(2026, 1, 1), date(2026, 3, 2)), False),
    ],
)
def test_it_is_eligible_on_the_day_of_receipt_or_not_at_all(days, is_eligible):
    assert (F.ELIGIBLE in facts(PENDING, {"1.004837": [days]})) is is_eligible
    assert F.ELIGIBLE not in facts(PENDING, {"2.000986": [days]})


def test_one_request_for_papers_is_sound_and_two_are_not():
    assert F.UNSOUND not in facts(replace(PENDING, supplements=1))
    assert F.UNSOUND in facts(replace(PENDING, supplements=2))


def test_channel_and_who_lodged_it_may_be_unknown_or_staff():
    assert not facts(replace(PENDING, channel=None, submitted_by=None)) & (F.ONLINE | F.BY_CITIZEN)
    assert F.BY_CITIZEN not in facts(replace(PENDING, submitted_by=SubmittedBy.STAFF_ASSISTED))
    assert F.BY_CITIZEN in facts(replace(PENDING, submitted_by=SubmittedBy.AUTHORISED))


moments = st.integers(0, 60 * 24).map(lambda hours: RECEIVED + timedelta(hours=hours))


@st.composite
def dossiers(draw):
    """Any dossier there can be: with or without a due date, a stop and an end."""
    promised = st.tuples(moments, moments).map(lambda two: dict(zip(DUES, two * 2, strict=True)))
    due = draw(promised | st.just(dict.fromkeys(DUES)))
    end = draw(moments | st.none())
    return replace(
        PENDING,
        channel=draw(st.sampled_from([*Channel, None])),
        submitted_by=draw(st.sampled_from([*SubmittedBy, None])),
        received_at=draw(st.sampled_from([RECEIVED, PERIOD.since - TICK])),
        stopped_at=draw(moments | st.none()),
        supplements=draw(st.integers(0, 3)),
        finished_at=draw(st.sampled_from([end, None])),
        ended_at=end,
        **due,
    )


DUES = ("due_at", "overdue_at", "original_due_at", "original_overdue_at")


@given(dossiers(), st.booleans())
def test_a_dossier_is_once_behind_a_number_or_not_at_all(seen, is_offered):
    offered = {PENDING.procedure_code: [(date.min, None)]} if is_offered else {}
    tally = tally_standing(facts(seen, offered))
    assert {int(number.of(tally)) for number in NUMBERS.values()} <= {0, 1}
    assert tally.total == tally.finished + tally.closed + tally.pending == 1


def test_a_list_has_one_text_whatever_the_order():
    rows = [replace(PENDING, code=f"H44.240-260302-000{n}") for n in (3, 1, 2)]
    assert canonical_list(rows) == canonical_list(rows[::-1])
    head, first, *_ = canonical_list(rows).decode().split("\n")
    assert head.split(",") == list(COLUMNS)
    assert first == (
        "H44.240-260302-0001,1.004837,2,citizen,05128,05128,2026-03-02T10:00:00+07:00,"
        "2026-03-05T17:00:00+07:00,2026-03-06T00:00:00+07:00,2026-03-05T17:00:00+07:00,"
        "2026-03-06T00:00:00+07:00,,0,,"
    )
    assert len(fingerprint(canonical_list(rows))) == 64


def test_no_cell_is_a_formula():
    content = canonical_list([replace(PENDING, resolving_unit="=1+1", receiving_unit="@x,\n")])
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert (row["resolving_unit"], row["receiving_unit"]) == ("'=1+1", "'@x,\n")
