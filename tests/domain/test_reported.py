"""What may be reported, when a reason is needed, and how units are pooled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.qd766 import PARTS
from tthc.domain.reported import (
    REPORTABLE,
    FigureCountedError,
    FigureImpossibleError,
    FigureReportedError,
    FigureUnknownError,
    NewFigure,
    NoFigureError,
    check_figure,
    check_turn,
    pool_reported,
)
from tthc.domain.scoring import Lack, Measure, Origin

FIRST = NewFigure(
    "petitions_on_time", "05128", date(2026, 3, 1), date(2026, 4, 1), 3, 4, "PAKN tháng 3"
)
ABSENT = Measure(None, None)


def test_a_part_is_either_counted_or_reported():
    assert len(REPORTABLE) == 12
    assert {part.code for part in PARTS if part.origin is Origin.COUNTED}.isdisjoint(REPORTABLE)
    with pytest.raises(FigureCountedError):
        check_figure(replace(FIRST, figure="progress"))
    with pytest.raises(FigureUnknownError):
        check_figure(replace(FIRST, figure="happiness"))


@pytest.mark.parametrize(("above", "below"), [(5, 4), (3, None), (None, 4), (-1, 4)])
def test_counts_that_are_no_fraction_are_refused(above, below):
    with pytest.raises(FigureImpossibleError):
        check_figure(replace(FIRST, numerator=above, denominator=below))


@pytest.mark.parametrize(("above", "below"), [(0, 0), (4, 4), (0, 4), (None, None)])
def test_an_empty_figure_and_one_taken_back_pass(above, below):
    check_figure(replace(FIRST, numerator=above, denominator=below))


def test_the_first_figure_needs_no_reason_and_a_correction_one():
    check_turn(FIRST, None)
    check_turn(replace(FIRST, reason="Nhập nhầm"), Measure(2, 4))
    with pytest.raises(FigureReportedError):
        check_turn(FIRST, Measure(2, 4))


def test_there_must_be_something_to_correct_or_take_back():
    gone = replace(FIRST, numerator=None, denominator=None)
    for new, earlier in (
        (replace(FIRST, reason="Nhập nhầm"), None),
        (gone, None),
        (replace(gone, reason="Nhầm đơn vị"), ABSENT),
    ):
        with pytest.raises(NoFigureError):
            check_turn(new, earlier)
    check_turn(replace(gone, reason="Nhầm đơn vị"), Measure(2, 4))
    check_turn(replace(FIRST, reason="Nhập lại"), ABSENT)


def pooled(told, demanded, *, adds_up=True, unit_code="25"):
    return pool_reported(told, demanded, adds_up=adds_up, unit_code=unit_code)


def test_a_province_adds_its_communes_and_its_own_and_averages_nothing():
    told = {"a": Measure(1, 10), "b": Measure(90, 90), "25": Measure(0, 20)}
    assert pooled(told, {"a", "b"}) == Measure(91, 120)


def test_a_sum_that_lacks_a_commune_is_none():
    told = {"a": Measure(1, 10), "b": ABSENT}
    assert pooled(told, {"a", "b", "c"}) == Measure(None, None, Lack.INCOMPLETE, missing_units=2)
    nobody = pooled({"b": ABSENT}, {"a", "b"})
    assert (nobody.lack, nobody.missing_units) == (Lack.NOT_REPORTED, 2)


def test_procedures_of_several_communes_are_not_added_up():
    told = {"a": Measure(10, 38), "b": Measure(11, 39)}
    assert pooled(told, {"a", "b"}, adds_up=False).lack is Lack.NOT_REPORTED
    told["25"] = Measure(68, 313)
    assert pooled(told, {"a", "b"}, adds_up=False) == Measure(68, 313)
    assert pooled(told, {"a", "b"}, adds_up=False, unit_code=None).lack is Lack.NOT_REPORTED
    assert pooled({"a": Measure(10, 38)}, {"a"}, adds_up=False, unit_code="a") == Measure(10, 38)


fractions = st.integers(0, 1000).flatmap(
    lambda below: st.builds(Measure, st.integers(0, below), st.just(below))
)


@given(st.dictionaries(st.sampled_from("abcdef"), fractions, min_size=1))
def test_what_is_pooled_in_parts_is_what_is_pooled_at_once(told):
    once = pooled(told, set(told))
    parts = [pooled({unit: m}, {unit}) for unit, m in told.items()]
    assert once.numerator == sum(part.numerator for part in parts)
    assert once.denominator == sum(part.denominator for part in parts)
