"""Codes, names and sentences as people write them."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import at, official
from tthc.domain.codes import CodeMalformedError, DossierCode, parse_code
from tthc.domain.deadlines import (
    Counting,
    LimitUnit,
    Stop,
    TimeLimit,
    compute_due,
    extend_due,
    given_due,
    restart_due,
    shift_due,
)
from tthc.domain.explain import days_skipped, explain, skipped_sentence
from tthc.domain.parties import mask_name, mask_number
from tthc.domain.text import search_form, stored_form


@pytest.mark.parametrize(
    ("number", "text"), [(1, "0001"), (9_999, "9999"), (10_000, "10000"), (9_999_999, "9999999")]
)
def test_a_code_widens_past_9999_and_is_read_back(number, text):
    code = DossierCode("H44.240", date(2026, 3, 2), number)
    assert str(code) == f"H44.240-260302-{text}"
    assert parse_code(str(code)) == code


@pytest.mark.parametrize("agency", ["H44.240", "G15", "H44.17.3", "000.00.17.H28"])
def test_agencies_of_the_old_and_the_new_kind_are_read(agency):
    assert parse_code(f"{agency}-251231-0042").agency == agency


@pytest.mark.parametrize(
    "text",
    ["", "H44.240-260230-0001", "H44.240-260302-001", "H44.240/260302/1", "h44.240-260302-0001"],
)
def test_what_is_no_code_is_refused(text):
    with pytest.raises(CodeMalformedError):
        parse_code(text)


@given(st.text(max_size=40))
def test_a_name_is_found_in_either_normal_form(text):
    forms = {search_form(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1
    assert stored_form(unicodedata.normalize("NFD", text)) == stored_form(text)


def test_tone_marks_and_d_bar_do_not_matter():
    assert search_form(" Đặng  Thị HOÀ ") == search_form("dang thi hòa") == "dang thi hoa"
    assert stored_form("  Bùi   Thị ") == "Bùi Thị"


def test_persons_are_shown_by_initials_and_last_digits():
    assert mask_name("Nguyễn Thị Ánh") == "N. T. Ánh"
    assert (mask_name("Ánh"), mask_name("")) == ("Ánh", "")
    assert mask_number("017185000123") == "•••••••••123"
    assert (mask_number("12345"), mask_number(None)) == ("•••••", None)


def sentences(due):
    return explain(due.ledger)


def test_every_step_has_its_sentence():
    limit = TimeLimit(5, LimitUnit.WORKING_DAY)
    due = compute_due(at("2026-02-11 10:00"), limit, official())
    stop = Stop(at("2026-02-12 10:00"), at("2026-02-24 10:00"))
    late = Stop(at("2026-04-12 10:00"), at("2026-04-24 10:00"))
    told = sentences(shift_due(due, stop, limit.unit, official()))
    assert told[2] == "Thời hạn 5 ngày làm việc: hẹn trả 17:00 25/02/2026."
    assert "lùi 3 ngày làm việc, hẹn trả 17:00 02/03/2026" in told[-1]
    same_day = Stop(at("2026-02-12 10:00"), at("2026-02-12 11:00"))
    assert "không làm thay đổi" in sentences(shift_due(due, same_day, limit.unit, official()))[-1]
    assert "tính lại từ đầu" in sentences(restart_due(due, stop, limit, official()))[3]
    assert "đã quá hạn" in sentences(restart_due(due, late, limit, official()))[-1]
    extended = extend_due(due, date(2026, 3, 2), official(), at=at("2026-02-13 08:00"))
    assert "hẹn lại ngày trả kết quả: 17:00 02/03/2026" in sentences(extended)[-1]
    assert "hệ thống nguồn" in sentences(given_due(at("2011-06-01 10:00")))[0]


def test_hours_and_in_day_limits_are_told_in_their_own_words():
    hours = TimeLimit(8, LimitUnit.WORKING_HOUR)
    due = compute_due(at("2026-03-02 08:00"), hours, official())
    stop = Stop(at("2026-03-02 09:00"), at("2026-03-02 10:00"))
    assert "lùi 60 phút làm việc" in sentences(shift_due(due, stop, hours.unit, official()))[-1]
    in_day = TimeLimit(1, LimitUnit.WORKING_DAY, Counting.IN_DAY)
    told = sentences(compute_due(at("2026-03-02 16:00"), in_day, official()))
    assert "sau 15 giờ" in told[-1]


def test_each_day_not_counted_has_its_reason():
    skipped = days_skipped(at("2026-04-29 09:00"), at("2026-05-04 17:00"), official())
    assert [day.day for day, _ in skipped] == [30, 1, 2, 3]
    assert [why for _, why in skipped][2:] == ["thứ Bảy", "Chủ nhật"]
    assert skipped_sentence(skipped).startswith("Không tính: 30/04 (")
    assert skipped_sentence([]) is None
