"""The secret on the slip: what it follows from, and how it may be typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.look_up import clean_code, is_same, prefix_of, secret_of, spoken

KEY = "a key for tests"
CODE = "H44.240-260302-0001"


def test_a_printed_secret_stays_what_it_is():
    """Another way of deriving it would end every slip in the hands of citizens."""
    assert secret_of(KEY, CODE, 0) == secret_of(KEY, CODE, 0)
    assert spoken(secret_of(KEY, CODE, 0)) == "65646 48014 57137"


@given(st.text(max_size=40), st.integers(0, 50))
def test_a_secret_is_fifteen_digits(code, issue):
    secret = secret_of(KEY, code, issue)
    assert len(secret) == 15
    assert secret.isascii()
    assert secret.isdecimal()


def test_another_key_code_or_issue_has_another_secret():
    found = {
        secret_of(key, code, issue)
        for key in (KEY, KEY + "x")
        for code in (CODE, "H44.240-260302-0002")
        for issue in (0, 1, 10)
    }
    assert len(found) == 12


def test_a_code_with_a_number_behind_it_is_no_issue_of_another():
    assert secret_of(KEY, CODE, 11) != secret_of(KEY, CODE + " 1", 1)


@pytest.mark.parametrize("between", ["", " ", "-", ".", "\u00a0", " - "])
def test_a_secret_may_be_typed_in_groups(between):
    secret = secret_of(KEY, CODE, 0)
    assert is_same(between.join((secret[:5], secret[5:10], secret[10:])), secret)


@pytest.mark.parametrize("typed", ["", "0", "é", "\0", "1" * 1000, "\u0661" * 15])
def test_whatever_else_is_typed_is_no_secret(typed):
    assert not is_same(typed, secret_of(KEY, CODE, 0))


@given(st.text(max_size=60))
def test_a_code_is_clean_or_none(typed):
    code = clean_code(typed)
    assert code == clean_code(code)
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
    assert len(code) <= 40


@pytest.mark.parametrize(
    "typed", [CODE, f" {CODE.lower()}\n", "H44.240 - 260302 - 0001", "H44.240–260302–0001"]
)
def test_a_code_is_found_however_it_is_typed(typed):
    assert clean_code(typed) == CODE


def test_neighbours_share_a_prefix_and_nonsense_shares_one():
    assert prefix_of(CODE) == prefix_of("H44.240-260302-0999") == "H44.240-260302"
    assert prefix_of("H44.240-261302-0001") == prefix_of("") == prefix_of("X") == ""
