"""What the strict reader lets through is what any JSON reader would read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from tthc.api.strict_json import MalformedJsonError, load_json

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars, lambda below: st.lists(below, max_size=4) | st.dictionaries(texts, below, max_size=4)
)


@given(values)
def test_plain_values_come_through_unchanged(value):
    assert load_json(json.dumps(value).encode()) == value
    assert load_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    try:
        load_json(body)
    except (MalformedJsonError, ValidationError):
        return
    json.loads(body)


@pytest.mark.parametrize("depth", [1, 49, 50])
def test_fifty_levels_are_enough_for_anybody(depth):
    assert load_json(b"[" * depth + b"]" * depth) is not None


def test_brackets_in_text_are_no_levels():
    text = "[{" * 200
    assert load_json(json.dumps([text, '"' + text, "\\"]).encode())[0] == text


def test_hundred_thousand_levels_are_refused_quickly():
    with pytest.raises(MalformedJsonError) as caught:
        load_json(b'{"a":' * 100_000)
    assert caught.value.code == "json_too_deep"
