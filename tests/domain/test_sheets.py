"""A sheet as CSV: every text stays a text, every line its cells, one content one fingerprint."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.layouts import SMALL, changed
from tthc.domain.layout_reading import read_layout
from tthc.domain.metrics import Tally
from tthc.domain.sheets import (
    Sheet,
    agrees,
    as_csv,
    csv_lines,
    fill_words,
    fingerprint_of,
    is_active,
    line_of,
)

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
LAYOUT = read_layout(SMALL)
ONE = Tally(received=2, carried_over=1, finished=1, closed=1, pending=1)
ACTIVE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    " =1",
    "\u00a0=1",
    "\u3000\uff1d1",
]


def a_sheet(*names, tally=ONE):
    lines = [line_of(LAYOUT, {"name": name}, tally) for name in names]
    return Sheet(
        LAYOUT, {"unit": "X"}, AS_OF, lines, (line_of(LAYOUT, {"name": "Cộng"}, tally), tally)
    )


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_line_tells_facts_counts_and_rates():
    assert line_of(LAYOUT, {"name": "Hộ tịch"}, ONE) == ("Hộ tịch", 3, 2, 1, 1, 1, 1, 1 / 3)
    assert line_of(LAYOUT, {}, Tally()) == (None, 0, 0, 0, 0, 0, 0, None)


def test_the_table_is_csv_with_a_byte_order_mark_and_nothing_around_it():
    content = as_csv(a_sheet("Hộ tịch"))
    assert content.startswith(b"\xef\xbb\xbf")
    head, line, total = read(content)
    assert head[:3] == ["Lĩnh vực", "Nhận – Tổng", "Nhận – Trong kỳ"]
    assert line == ["Hộ tịch", "3", "2", "1", "1", "1", "1", str(1 / 3)]
    assert total[0] == "Cộng"
    assert read(as_csv(a_sheet("x", tally=Tally())))[1] == ["x", *"000000", ""]


def test_instants_are_vietnamese_time_and_numbers_below_zero_stay_numbers():
    text = SMALL.replace('rows = "field"', 'rows = "overdue"').replace('total = "Cộng"\n', "")
    text = text.partition("[[columns]]")[0].replace("${closed}", "")
    text = text.replace('checks = ["B = C + D", "B = E + F + G"]', "")
    text += (
        '[[columns]]\ntitle = "a"\nfact = "due_at"\n[[columns]]\ntitle = "b"\nfact = "days_late"\n'
    )
    layout = read_layout(text)
    line = line_of(layout, {"due_at": datetime(2026, 3, 5, 10, 0, tzinfo=UTC), "days_late": -2})
    assert read(as_csv(Sheet(layout, {}, AS_OF, [line])))[1] == ["2026-03-05T17:00:00+07:00", "-2"]


@pytest.mark.parametrize("text", ACTIVE)
def test_no_text_begins_as_a_formula_does(text):
    assert is_active(text)
    assert read(as_csv(a_sheet(text)))[1][0] == f"'{text}"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_every_text_can_be_read_back_and_none_is_run(text):
    shown = read(as_csv(a_sheet(text)))[1][0]
    assert shown.removeprefix("'" if is_active(text) else "") == text
    assert not shown.lstrip().startswith(
        ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    )


def test_the_fingerprint_is_that_of_the_csv():
    sheet = a_sheet("Hộ tịch", "Đất đai")
    assert fingerprint_of(sheet) == sha256(as_csv(sheet)).hexdigest()
    assert fingerprint_of(a_sheet("Hộ tịch")) != fingerprint_of(sheet)
    assert "".join(csv_lines(sheet)).encode() == as_csv(sheet)


def test_words_are_filled_with_facts_and_numbers():
    sheet = a_sheet("Hộ tịch")
    assert fill_words(LAYOUT.notes[0], sheet, "abc") == "Rút, dừng: 1; abc"
    assert fill_words("$unit, ${by_day.finished_late}", sheet, "") == "X, 0"


def test_an_equation_is_asked_of_every_line_and_of_the_total():
    first, _ = LAYOUT.checks
    assert agrees(a_sheet("a", "b"), first)
    wrong = line_of(LAYOUT, {}, Tally(received=1, finished=1))
    spoilt = (wrong[0], 9, *wrong[2:])
    sheet = a_sheet("a")
    assert not agrees(Sheet(LAYOUT, {}, AS_OF, [*sheet.lines, spoilt], sheet.total), first)
    assert not agrees(Sheet(LAYOUT, {}, AS_OF, sheet.lines, (spoilt, ONE)), first)


def test_a_heading_too_is_a_text():
    layout = read_layout(changed('title = "Lĩnh vực"', 'title = "=Lĩnh vực"'))
    assert next(csv_lines(Sheet(layout, {}, AS_OF, []))).startswith("\ufeff'=Lĩnh vực,")
