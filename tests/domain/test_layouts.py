"""A layout says everything rightly or is refused with the part that is wrong."""

from __future__ import annotations

import pytest

from tests.domain.layouts import SHIPPED, SMALL, changed
from tthc.domain.headings import HeadingStyle, headings_of
from tthc.domain.layout_proof import every_standing
from tthc.domain.layout_reading import LayoutInvalidError, read_layout
from tthc.domain.layouts import counts_in
from tthc.domain.standing import tally_standing


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_layout_shipped_can_be_read(path):
    layout = read_layout(path.read_text(encoding="utf-8"))
    assert layout.id.startswith(f"{path.stem}/")


def test_ii06a_has_the_columns_and_checks_of_its_form():
    (path,) = (path for path in SHIPPED if path.stem == "ii06a")
    layout = read_layout(path.read_text(encoding="utf-8"))
    assert [column.mark for column in layout.columns] == [str(n) for n in range(1, 14)]
    assert [str(check) for check in layout.checks] == [
        "(3) = (4) + (5) + (6)",
        "(7) = (8) + (9) + (10)",
        "(11) = (12) + (13)",
        "(3) = (7) + (11)",
    ]


def test_a_check_is_proven_by_every_way_a_dossier_can_stand():
    layout = read_layout(SMALL)
    for facts in every_standing():
        values = counts_in(layout, tally_standing(facts))
        assert all(check.is_true_of(values) for check in layout.checks)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (changed('"B = C + D"', '"B = C"'), ()),
        (changed('"B = E + F + G"', '"B = E + G"'), ("closed",)),
        (changed('counts = ["pending"]', 'counts = ["by_day.pending_in_time"]'), ()),
        (
            changed(
                'counts = ["closed"]', 'counts = ["by_day.closed_in_time", "by_day.closed_late"]'
            ),
            ("closed",),
        ),
    ],
)
def test_a_check_that_some_dossier_breaks_is_refused_naming_the_dossier(text, facts):
    with pytest.raises(LayoutInvalidError) as refused:
        read_layout(text)
    assert refused.value.details["field"].startswith("checks.")
    assert all(fact in refused.value.en for fact in facts)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("id = ", "toml"),
        ("x" * 100_001, "toml"),
        (changed('id = "small/1"', 'id = "small"'), "id"),
        (changed('id = "small/1"', "id = 1"), "id"),
        (changed('title = "Nhỏ"', 'title = ""'), "title"),
        (changed('title = "Nhỏ"', 'title = "Hai\\ndòng"'), "title"),
        (changed('legal_basis = "Không có"', ""), "legal_basis"),
        (changed('rows = "field"', 'rows = "officer"'), "rows"),
        (changed('rows = "field"', 'rows = ["field"]'), "rows"),
        (changed('total = "Cộng"', ""), "total"),
        (changed('total = "Cộng"', 'total = "Cộng"\ncolour = "red"'), "colour"),
        (changed('total = "Cộng"', 'total = "Cộng"\nlandscape = 1'), "landscape"),
        (changed('rows = "field"', 'rows = "overdue"'), "total"),
        (changed('head = [["Về"', 'head = [["Về", "thừa"'), "head.1"),
        (changed(" $event_head", ""), "head"),
        (changed("$fingerprint", ""), "head"),
        (changed("$unit", "$unit $name"), "head.1"),
        (changed("${closed}", "${closed_somehow}"), "notes.1"),
        (changed("${closed}", "$ 5"), "notes.1"),
        (changed("notes = [", 'notes = "x" # ['), "notes"),
        (changed('mark = "B"', 'mark = "A"'), "columns.2.mark"),
        (changed('mark = "B"', 'mark = "Bê"'), "columns.2.mark"),
        (changed("width = 30", "width = 0"), "columns.1.width"),
        (changed("width = 30", 'width = "wide"'), "columns.1.width"),
        (changed("width = 30", "colour = 1"), "columns.1.colour"),
        (changed('fact = "name"', ""), "columns.1"),
        (changed('fact = "name"', 'fact = "name"\ncounts = ["received"]'), "columns.1"),
        (changed('fact = "name"', 'fact = "applicant"'), "columns.1.fact"),
        (changed('counts = ["received"]', "counts = []"), "columns.3.counts"),
        (changed('counts = ["received"]', 'counts = ["recieved"]'), "columns.3.counts"),
        (changed('counts = ["received"]', 'counts = "received"'), "columns.3.counts"),
        (changed('above = ["Nhận"]', 'above = ["a", "b", "c", "d"]'), "columns.2.above"),
        (changed('ratio = ["E", "B"]', 'ratio = ["E"]'), "columns.8.ratio"),
        (changed('ratio = ["E", "B"]', 'ratio = ["E", "A"]'), "columns.8.ratio"),
        (changed('"B = C + D"', '"B > C"'), "checks.1"),
        (changed('"B = C + D"', '"B = C + A"'), "checks.1"),
        (SMALL.partition("[[columns]]")[0] + "columns = 3", "columns"),
        (SMALL.partition("[[columns]]")[0], "columns"),
    ],
)
def test_what_a_layout_says_wrongly_is_named(text, field):
    with pytest.raises(LayoutInvalidError) as refused:
        read_layout(text)
    assert refused.value.details["field"] == field
    assert refused.value.code == "layout_invalid"


def test_a_list_of_dossiers_tells_facts_and_counts_nothing():
    text = SMALL.replace('rows = "field"', 'rows = "received"').replace('total = "Cộng"\n', "")
    with pytest.raises(LayoutInvalidError) as refused:
        read_layout(text.replace('"name"', '"code"'))
    assert refused.value.details["field"] == "columns.2.counts"
    plain = text.partition('[[columns]]\nmark = "B"')[0].replace('"name"', '"applicant"')
    plain = plain.replace('checks = ["B = C + D", "B = E + F + G"]', "")
    with pytest.raises(LayoutInvalidError) as refused:
        read_layout(plain)
    assert refused.value.details["field"] == "notes.1"
    assert read_layout(plain.replace("${closed}", "$rows")).rows.value == "received"


def test_neighbours_share_headings_level_by_level():
    top, below = headings_of(read_layout(SMALL))
    assert [(h.first, h.last, h.text) for h in top][:3] == [
        (0, 0, "Lĩnh vực"),
        (1, 3, "Nhận"),
        (4, 4, "Xong"),
    ]
    assert [(h.first, h.last, h.text) for h in below][:3] == [
        (0, 0, ""),
        (1, 1, "Tổng"),
        (2, 2, "Trong kỳ"),
    ]
    assert (top[0].style, below[0].style) == (HeadingStyle.BEGINS, HeadingStyle.ENDS)
    assert {h.style for h in (top[1], below[1])} == {HeadingStyle.WHOLE}


def test_a_heading_of_one_own_level_goes_on_to_the_lowest():
    text = changed(
        'above = ["Nhận"]\ncounts = ["received"]', 'above = ["Nhận", "a"]\ncounts = ["received"]'
    )
    levels = list(headings_of(read_layout(text)))
    assert [level[0].style for level in levels] == ["begins", "goes_on", "ends"]
