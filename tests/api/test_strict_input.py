"""Nothing unclear gets in: every nasty value is a 4xx with a code and the field's name."""

import json
from io import BytesIO

import pytest

THINGS = "/api/v1/things"
JSON = {"Content-Type": "application/json"}


def post(client, body, **headers):
    data = body if isinstance(body, bytes) else body.encode()
    return client.post(THINGS, data=data, headers=JSON | headers)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"nothing", 400, "malformed_json"),
        (b"\xef\xbb\xbf{}", 400, "malformed_json"),
        (b'{"name": "\xff"}', 400, "malformed_json"),
        (b'{"size": NaN}', 400, "malformed_json"),
        (b'{"size": -Infinity}', 400, "malformed_json"),
        (b"[1]", 400, "malformed_json"),
        (b'"text"', 400, "malformed_json"),
        (b"null", 400, "malformed_json"),
        (b'{"name": "a", "name": "b"}', 400, "duplicate_key"),
        (b'{"owner": {"code": "a", "code": "b"}}', 400, "duplicate_key"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "json_too_deep"),
        (b'{"a":' * 51 + b"1" + b"}" * 51, 400, "json_too_deep"),
        (b"[" * 100_000, 400, "json_too_deep"),
    ],
)
def test_a_body_that_is_not_strict_json_is_refused(desk, body, status, code):
    answer = post(desk, body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "A\x00", "bad_characters"),
        ("name", "A\ud800", "bad_characters"),
        ("name", "A\x1b[31m", "bad_characters"),
        ("name", "A\u202eB", "bad_characters"),
        ("name", "A\nB", "bad_characters"),
        ("name", "   ", "too_short"),
        ("name", "x" * 21, "too_long"),
        ("name", "x" * 100_000, "too_long"),
        ("name", 12, "not_text"),
        ("name", None, "null"),
        ("name", ["A"], "not_text"),
        ("name", "forbidden", "name_forbidden"),
        ("size", 2**63, "out_of_range"),
        ("size", 10**30, "number_too_large"),
        ("size", -1, "out_of_range"),
        ("size", "12", "not_integer"),
        ("size", "١٢", "not_integer"),
        ("size", True, "not_integer"),
        ("size", 1.0, "not_integer"),
        ("is_big", 0, "not_boolean"),
        ("is_big", "yes", "not_boolean"),
        ("at", "2026-03-02T08:00:00", "not_instant"),
        ("at", "2026-03-02", "not_instant"),
        ("at", "2026-03-02T08:00:00+07:07", "not_instant"),
        ("at", "2026-03-02T25:00:00+07:00", "not_instant"),
        ("at", "2026-02-29T08:00:00Z", "not_instant"),
        ("at", "0001-01-01T00:00:00Z", "not_instant"),
        ("at", "9999-12-31T23:59:59-14:00", "not_instant"),
        ("at", "\uff12026-03-02T08:00:00Z", "not_instant"),
        ("at", 1_700_000_000, "not_instant"),
        ("day", "2026-02-29", "not_date"),
        ("day", "2026-W01-1", "not_date"),
        ("day", "20260302", "not_date"),
        ("day", "3000-01-01", "not_date"),
        ("day", "1899-12-31", "not_date"),
        ("role", "king", "not_choice"),
        ("role", 1, "not_choice"),
        ("channel", "1", "not_choice"),
        ("channel", True, "not_choice"),
        ("channel", 9, "not_choice"),
        ("parts", {}, "not_list"),
        ("parts", [{"code": "a"}] * 4, "too_many"),
        ("owner", [], "not_object"),
        ("owner.code", None, "null"),
        ("owner.count", 100, "out_of_range"),
        ("owner.colour", "red", "unknown_field"),
        ("version", 3, "unknown_field"),
    ],
)
def test_a_bad_value_is_422_and_names_its_field(desk, field, value, code):
    body = {"name": "A", "owner": {"code": "c"}}
    holder, _, name = field.rpartition(".")
    (body[holder] if holder else body)[name] = value
    answer = post(desk, json.dumps(body))
    told = answer.json
    assert (answer.status_code, told["code"]) == (422, "invalid_input"), told
    assert [(one["field"], one["code"]) for one in told["errors"]] == [(field, code)]
    assert told["errors"][0]["message"] != told["errors"][0]["message_en"]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 5000, "-" + "9" * 20])
def test_a_number_beyond_every_column_is_refused(desk, number):
    answer = post(desk, f'{{"name": "A", "size": {number}}}')
    assert answer.json["errors"][0]["field"] == "size"
    assert answer.json["errors"][0]["code"] == "number_too_large"


def test_nested_faults_carry_their_place(desk):
    answer = post(desk, json.dumps({"name": "A", "parts": [{"code": "x"}, {"count": "1"}]}))
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("parts.1.code", "required"),
        ("parts.1.count", "not_integer"),
    ]


def test_faults_of_body_and_query_are_told_together(desk):
    answer = desk.post(
        f"{THINGS}/a/moves?way=3&wya=1", json={"size": "x"}, headers={"If-Match": '"1"'}
    )
    assert {(e["field"], e["code"]) for e in answer.json["errors"]} == {
        ("way", "out_of_range"),
        ("wya", "unknown_field"),
        ("name", "required"),
        ("size", "not_integer"),
    }


def test_text_is_kept_in_one_unicode_form_and_trimmed(desk):
    answer = post(desk, json.dumps({"name": " Hoa\u0300 ", "note": "một\nhai"}))
    assert answer.status_code == 201, answer.json
    assert answer.json["name"] == "Hoà"
    assert answer.json["note"] == "một\nhai"


def test_an_instant_is_shown_in_vietnamese_time(desk):
    answer = post(desk, '{"name": "A", "at": "2026-03-02T01:00:00.5Z", "channel": 2}')
    assert answer.json["at"] == "2026-03-02T08:00:00.500000+07:00"
    assert answer.json["channel"] == 2


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/json; charset=utf-16", "multipart/form-data"]
)
def test_another_content_type_is_415(desk, kind):
    answer = desk.post(THINGS, data=b'{"name": "A"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_an_empty_body_names_what_is_missing(desk):
    answer = desk.post(THINGS)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "name")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("rloe=manager", "rloe", "unknown_field"),
        ("role=king", "role", "not_choice"),
        ("role=manager&role=officer", "role", "repeated"),
        ("role[]=manager", "role[]", "unknown_field"),
        ("limit=0", "limit", "out_of_range"),
        ("limit=101", "limit", "out_of_range"),
        ("limit=%2B5", "limit", "not_integer"),
        ("limit=05", "limit", "not_integer"),
        ("limit=١٢", "limit", "not_integer"),
        ("limit=1e1", "limit", "not_integer"),
        ("limit=", "limit", "not_integer"),
        ("is_big=1", "is_big", "not_boolean"),
        ("since=yesterday", "since", "not_date"),
        ("channel=%00", "channel", "not_choice"),
        ("sort=id;drop", "sort", "unknown_field"),
        ("%00=1", "\x00", "unknown_field"),
        ("x=" + "1" * 500, "x", "unknown_field"),
    ],
)
def test_a_query_that_does_not_fit_is_refused_not_ignored(desk, query, field, code):
    answer = desk.get(f"{THINGS}?{query}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [(field, code)]


def test_a_query_is_refused_where_none_is_wanted(desk):
    answer = desk.get(f"{THINGS}/mine?x=1")
    assert answer.json["errors"][0]["code"] == "unknown_field"


def test_a_body_above_a_mebibyte_is_413(desk):
    assert post(desk, b'{"name": "' + b"x" * 1024 * 1024 + b'"}').status_code == 413


def test_a_chunked_body_above_a_mebibyte_is_413(desk):
    answer = desk.post(
        THINGS,
        input_stream=BytesIO(b"x" * (1024 * 1024 + 1)),
        headers=JSON,
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_an_announced_gigabyte_is_413_without_reading(desk):
    answer = desk.post(THINGS, headers=JSON, environ_overrides={"CONTENT_LENGTH": str(2**30)})
    assert answer.status_code == 413


def test_too_many_headers_are_431(desk):
    answer = desk.get(THINGS, headers={f"X-{number}": "1" for number in range(70)})
    assert (answer.status_code, answer.json["code"]) == (431, "headers_too_large")


def test_a_query_that_is_too_long_is_414(desk):
    assert desk.get(f"{THINGS}?x={'1' * 5000}").status_code == 414


@pytest.mark.parametrize("part", ["a%00b", "x" * 201, "%FF%FE", "a%0Ab"])
def test_a_path_that_can_name_nothing_is_404(desk, part):
    answer = desk.get(f"{THINGS}/broken/{part}")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_arguments_that_fit_are_taken(desk):
    query = "role=manager&channel=2&is_big=false&since=2026-03-02&limit=1"
    assert desk.get(f"{THINGS}?{query}").status_code == 200


def test_flags_in_a_body_are_taken(desk):
    body = {"name": "A", "is_big": False, "size": 0, "role": "officer", "day": "2026-03-02"}
    assert desk.post(THINGS, json=body).json == body | {"number": 1}
