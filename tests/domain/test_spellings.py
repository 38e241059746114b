"""Codes, names and sentences as people write them."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.codes import CodeMalformedError, DossierCode, parse_code
from tthc.domain.parties import mask_name, mask_number
from tthc.domain.text import search_form, stored_form


@pytest.mark.parametrize(
    ("number", "text"), [(1, "0001"), (9_999, "9999"), (10_000, "10000"), (9_999_999, "9999999")]
)
def test_a_code_widens_past_9999_and_is_read_back(number, text):
    code = DossierCode("H44.240", date(2026, 3, 2), number)
    assert str(code) == f"H44.240-260302-{text}"
    assert parse_code(str(code)) == code


@pytest.mark.parametrize("sequence", ["0361", "000361", "020361", "150361", "1503610", "10361"])
def test_a_code_is_printed_to_the_digit_as_it_was_read(sequence):
    code = parse_code(f"H44.240-260302-{sequence}")
    assert str(code) == f"H44.240-260302-{sequence}"
    assert code.is_local == (len(sequence) == 4)


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
