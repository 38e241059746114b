"""Bands of a provincial set: their edges, the way to the next one, and files that are refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.par_index import score_criterion, score_set
from tthc.domain.par_reading import COLUMNS, ParFileRefusedError, read_criteria
from tthc.domain.scoring import Lack, Measure
from tthc.services.par_index import FIGURES as KNOWN

D = Decimal
FIGURES = {"on_time_finished/1.day", "full_online/1"}
ROW = "25,2026,1.1,Đúng hạn,3,on_time_finished/1.day,100:full; 95:x; 0:0,QĐ 1/QĐ-UBND,true,test"
SHIPPED = Path(__file__).parents[2] / "config/reference/par_index.csv"


def file_of(*rows):
    return "\n".join([",".join(COLUMNS), *rows, ""]).encode()


(RULE,) = read_criteria(file_of(ROW), FIGURES)


@pytest.mark.parametrize(
    ("above", "below", "points", "more", "fewer"),
    [
        (200, 200, "3", None, 0),
        (199, 200, "2.99", 1, 9),  # 99.5 % of 3 is 2.985
        (190, 200, "2.85", 10, 0),  # 95 % exactly
        (189, 200, "0", 1, None),
        (0, 200, "0", 190, None),
        (18_999, 20_000, "0", 1, None),  # 94.995 % is 95.00 % rounded, and still below
    ],
)
def test_the_edges_of_a_band_by_hand(above, below, points, more, fewer):
    scored = score_criterion(RULE, Measure(above, below))
    assert (scored.points, scored.more_to_next, scored.fewer_allowed) == (D(points), more, fewer)


def test_without_a_figure_there_are_no_points_and_the_sum_says_so():
    assert score_criterion(RULE, Measure(0, 0)).lack is Lack.NOT_APPLICABLE
    other = file_of(
        ROW, ROW.replace("1.1", "1.2").replace("on_time_finished/1.day", "full_online/1")
    )
    score = score_set(read_criteria(other, FIGURES), {"full_online/1": Measure(1, 1)})
    assert [scored.lack for scored in score.criteria] == [Lack.NOT_REPORTED, None]
    assert (score.points, score.out_of, score.maximum) == (D(3), D(3), D(6))
    assert score_set([RULE], {}).points is None


@given(st.integers(1, 5_000).flatmap(lambda b: st.tuples(st.integers(0, b), st.just(b))))
def test_so_many_more_reach_the_next_band_and_one_fewer_does_not(two):
    above, below = two
    scored = score_criterion(RULE, Measure(above, below))
    if scored.more_to_next is not None:
        reached = score_criterion(RULE, Measure(above + scored.more_to_next, below))
        assert reached.fewer_allowed == 0
        assert reached.points >= scored.points
        short = score_criterion(RULE, Measure(above + scored.more_to_next - 1, below))
        assert short.more_to_next == 1
    if scored.fewer_allowed is not None:
        kept = score_criterion(RULE, Measure(above - scored.fewer_allowed, below))
        assert kept.fewer_allowed == 0
        lost = score_criterion(RULE, Measure(above - scored.fewer_allowed - 1, below))
        assert lost.more_to_next == 1


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("100:full; 95:x; 0:0", "95:x; 100:full; 0:0", "bands"),
        ("100:full; 95:x; 0:0", "100:full; 95:x", "bands"),
        ("100:full; 95:x; 0:0", "101:full; 0:0", "bands"),
        ("100:full; 95:x; 0:0", "100:4; 0:0", "bands"),
        ("100:full; 95:x; 0:0", "100; 0:0", "bands"),
        ("100:full; 95:x; 0:0", "100:many; 0:0", "number"),
        (",3,", ",NaN,", "number"),
        (",3,", ",-1,", "number"),
        (",2026,", ",26,", "year"),
        ("on_time_finished/1.day", "happiness/1", "figure"),
        (",true,", ",yes,", "confirmed"),
        ("QĐ 1/QĐ-UBND", "", "empty"),
        (",test", "", "columns"),
        (",test", ",test,more", "columns"),
        ("Đúng hạn", '"Đúng" hạn', "malformed"),
        ("1.1", "1.0", "twice"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(old, new, rule):
    first = ROW.replace("1.1", "1.0")
    with pytest.raises(ParFileRefusedError) as refused:
        read_criteria(file_of(first, ROW.replace(old, new)), FIGURES)
    assert (refused.value.details["rule"], refused.value.details["line"]) == (rule, "3")
    assert refused.value.vi.startswith("Dòng 3: ")


@pytest.mark.parametrize(("content", "rule"), [(b"", "columns"), (b"a,b\n", "columns"),
                                               (b"\xff\xfe", "malformed")])  # fmt: skip
def test_another_file_is_refused_at_its_first_line(content, rule):
    with pytest.raises(ParFileRefusedError) as refused:
        read_criteria(content, FIGURES)
    assert (refused.value.details["rule"], refused.value.details["line"]) == (rule, "1")


def test_the_shipped_set_says_that_it_is_an_example():
    criteria = read_criteria(SHIPPED.read_bytes(), KNOWN)
    assert criteria
    assert not any(criterion.is_confirmed for criterion in criteria)
    assert all(criterion.legal_basis.startswith("VÍ DỤ") for criterion in criteria)
