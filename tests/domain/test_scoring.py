"""Points as the national portal published them, digit by digit.

Source of every figure: the answers of DVCQG for Phú Thọ at 26 September 2026
(``/reporting/evaluation/…``; year 2026), numerators and denominators as published.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.qd766 import GROUPS, PARTS, PARTS_BY_CODE, score_766
from tthc.domain.scoring import (
    Formula,
    Lack,
    Measure,
    Origin,
    WhenEmpty,
    percent_of,
    points_of,
    score_part,
)

D = Decimal

PUBLISHED = [
    ("progress", 528_684, 597_918, "88.42", "17.68"),
    ("procedures_online", 52, 89, "58.43", "1.46"),
    ("procedures_used_online", 516, 1_884, "27.39", "1.10"),
    ("dossiers_online", 589_496, 597_894, "98.60", "6.00"),
    ("electronic_results", 433_356, 597_918, "72.48", "4.35"),
    ("digitised", 145_096, 597_918, "24.27", "0.97"),
    ("reused", 136_827, 597_918, "22.88", "0.57"),
    ("reused", 984, 8_253, "11.92", "0.30"),
    ("personal_storage", 0, 597_918, "0.00", "0.00"),
    ("population_data_dossiers", 325_596, 597_918, "54.45", "1.09"),
    ("population_data_procedures", 396, 1_300, "30.46", "0.61"),
    ("receiving_satisfaction", 528_464, 597_918, "88.38", "5.89"),
    ("receiving_satisfaction", 1_651, 2_270, "72.73", "4.85"),
    ("receiving_satisfaction", 5_679, 6_200, "91.60", "6.00"),
    ("petitions_on_time", 296, 570, "51.93", "3.12"),
    ("petition_satisfaction", 230, 570, "40.35", "2.42"),
    ("dossier_sync", 138_744, 138_744, "100.00", "6.00"),
]


@pytest.mark.parametrize(("code", "above", "below", "percent", "points"), PUBLISHED)
def test_a_published_part_comes_out_to_the_digit(code, above, below, percent, points):
    scored = score_part(PARTS_BY_CODE[code], Measure(above, below))
    assert (scored.percent, scored.points) == (D(percent), D(points))
    assert scored.lack is None


GROUP_TOTALS = [
    ("online", {"procedures_online": (52, 89), "procedures_used_online": (516, 1_884),
                "dossiers_online": (589_496, 597_894)}, "8.56"),
    ("digitisation", {"electronic_results": (433_356, 597_918), "digitised": (145_096, 597_918),
                      "certified_copies": (1, 1), "reused": (136_827, 597_918),
                      "personal_storage": (0, 597_918),
                      "population_data_dossiers": (325_596, 597_918),
                      "population_data_procedures": (396, 1_300)}, "9.59"),
    ("satisfaction", {"receiving_satisfaction": (528_464, 597_918),
                      "petitions_on_time": (296, 570),
                      "petition_satisfaction": (230, 570)}, "11.43"),
    ("satisfaction", {"receiving_satisfaction": (7_362, 8_253), "petitions_on_time": (0, 4),
                      "petition_satisfaction": (0, 4)}, "5.95"),
]  # fmt: skip


@pytest.mark.parametrize(("group", "counts", "points"), GROUP_TOTALS)
def test_a_published_group_is_the_sum_of_its_rounded_parts(group, counts, points):
    score = score_766({code: Measure(*two) for code, two in counts.items()})
    (found,) = (g for g in score.groups if g.group.code == group)
    assert found.points == D(points)
    assert found.out_of == found.maximum
    assert (score.points, score.out_of) == (D(points), found.maximum)


PAYMENTS = [
    ("Tỉnh Phú Thọ", (309_542, 358_625), (119, 313), (68, 313), "6.67"),
    ("Phường Việt Trì", (4_015, 4_920), (18, 38), (10, 38), "6.74"),
    ("Sở Công Thương", (118, 118), (12, 13), (0, 13), "8.00"),
    ("Ban quản lý các khu công nghiệp", (18, 18), (2, 3), (0, 3), "7.67"),
    ("Phường Nông Trang", (3_384, 3_804), (15, 40), (5, 40), "6.59"),
    ("Phường Vân Phú", (5_623, 5_914), (8, 32), (6, 32), "6.80"),
    ("Xã Bản Nguyên", (5_154, 5_553), (20, 39), (11, 39), "7.56"),
    ("Văn phòng UBND tỉnh", (0, 0), (0, 1), (0, 1), "0.00"),
]


@pytest.mark.parametrize(("unit", "paid", "used", "offered", "points"), PAYMENTS)
def test_the_published_payment_scores_come_out(unit, paid, used, offered, points):
    codes = ("paid_online", "procedures_paid_online", "procedures_payable_online")
    counts = zip(codes, (paid, used, offered), strict=True)
    score = score_766({code: Measure(*two) for code, two in counts})
    assert score.points == D(points), unit
    assert score.out_of == D(10)


def test_a_higher_unit_is_pooled_and_no_average_of_the_units_below():
    """Việt Trì and Bản Nguyên by hand: 9,169 of 10,473 is 87.55 %; the mean of both is 87.21 %."""
    pooled = score_part(PARTS_BY_CODE["paid_online"], Measure(4_015 + 5_154, 4_920 + 5_553))
    assert (pooled.percent, pooled.points) == (D("87.55"), D("5.25"))


def test_halves_go_up_in_the_percentage_and_in_the_points():
    assert percent_of(1, 800) == D("0.13")  # 0.125 %
    assert percent_of(3, 800) == D("0.38")  # 0.375 %
    assert points_of(D("0.25"), D(2)) == D("0.01")  # 0.005
    assert percent_of(0, 0) is None


def test_the_table_is_six_groups_and_one_hundred_points():
    maxima = {g.group.code: g.maximum for g in score_766({}).groups}
    wanted = {"transparency": 18, "progress": 20, "online": 12, "digitisation": 22}
    assert maxima == {
        code: D(m) for code, m in (wanted | {"payment": 10, "satisfaction": 18}).items()
    }
    assert score_766({}).maximum == D(100)
    assert len({part.code for part in PARTS}) == len(PARTS)
    assert {part.group for part in PARTS} == {group.code for group in GROUPS}
    full = {p.code: p.full_at for p in PARTS if p.formula is Formula.FULL_AT}
    assert full == {"procedures_online": 80, "dossiers_online": 50, "reused": 80,
                    "procedures_paid_online": 80, "procedures_payable_online": 80,
                    "receiving_satisfaction": 90}  # fmt: skip


def test_nothing_reported_is_no_score_and_not_zero():
    score = score_766({})
    assert (score.points, score.out_of) == (None, 0)
    parts = [part for group in score.groups for part in group.parts]
    assert {(part.points, part.lack) for part in parts} == {(None, Lack.NOT_REPORTED)}
    assert {group.points for group in score.groups} == {None}


@pytest.mark.parametrize(
    ("code", "points", "lack"),
    [
        ("petitions_on_time", D(6), None),
        ("petition_satisfaction", D(6), None),
        ("receiving_satisfaction", D(0), None),
        ("paid_online", D(0), None),
        ("publish_on_time", None, Lack.NOT_APPLICABLE),
        ("progress", None, Lack.NOT_APPLICABLE),
    ],
)
def test_an_empty_denominator_is_worth_what_its_part_says(code, points, lack):
    scored = score_part(PARTS_BY_CODE[code], Measure(0, 0))
    assert (scored.percent, scored.points, scored.lack) == (None, points, lack)


def test_the_total_says_out_of_how_many_points_it_was_computed():
    score = score_766({"progress": Measure(9, 10), "petitions_on_time": Measure(0, 0),
                       "publish_on_time": Measure(0, 0)})  # fmt: skip
    assert (score.points, score.out_of, score.maximum) == (D(24), D(26), D(100))


def test_a_lack_is_kept_and_says_why():
    measure = Measure(None, None, Lack.INCOMPLETE, missing_units=3)
    scored = score_part(PARTS_BY_CODE["dossier_sync"], measure)
    assert (scored.points, scored.lack, scored.measure.missing_units) == (None, Lack.INCOMPLETE, 3)


counts = st.integers(1, 10**9).flatmap(
    lambda below: st.tuples(st.integers(0, below), st.just(below))
)


@given(counts, st.sampled_from(PARTS))
def test_points_lie_within_the_part_and_within_a_cent_of_the_formula(two, part):
    scored = score_part(part, Measure(*two))
    assert 0 <= scored.points <= part.maximum
    exact = min(Fraction(1), Fraction(*two) * 100 / Fraction(part.full_at)) * Fraction(part.maximum)
    assert abs(Fraction(scored.points) - exact) <= Fraction(1, 100)


@given(st.integers(1, 10**6).flatmap(lambda b: st.tuples(st.integers(0, b - 1), st.just(b))))
def test_one_dossier_more_never_costs_points(two):
    above, below = two
    for part in PARTS:
        less = score_part(part, Measure(above, below)).points
        assert score_part(part, Measure(above + 1, below)).points >= less


def test_every_part_names_its_source_and_how_it_is_counted():
    for part in PARTS:
        assert part.source.startswith("Quyết định 766/QĐ-TTg")
        assert "/" in part.definition
        assert part.origin in Origin
        assert part.when_empty in WhenEmpty
        assert part.name
        assert part.name_en
