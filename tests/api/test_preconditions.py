"""If-Match: no change without saying which version it was made on."""

import pytest

MOVES = "/api/v1/things/a/moves"


def move(desk, if_match):
    headers = {} if if_match is None else {"If-Match": if_match}
    return desk.post(MOVES, json={"name": "A"}, headers=headers)


def test_the_version_reaches_the_view_and_a_strong_etag_comes_back(desk):
    answer = move(desk, '"3"')
    assert (answer.status_code, answer.json["number"]) == (200, 3)
    assert answer.headers["ETag"] == '"4"'


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "precondition_required"),
        ("", 428, "precondition_required"),
        ("*", 428, "precondition_required"),
        ("3", 400, "malformed_if_match"),
        ('"3', 400, "malformed_if_match"),
        ('"3", "4"', 400, "malformed_if_match"),
        ("'3'", 400, "malformed_if_match"),
        ('W/"3"', 412, "stale_version"),
        ('"abc"', 412, "stale_version"),
        ('"03"', 412, "stale_version"),
        ('"0"', 412, "stale_version"),
        ('"99999999999999999999"', 412, "stale_version"),
        ('""', 412, "stale_version"),
    ],
)
def test_anything_but_one_strong_tag_of_ours_is_refused(desk, if_match, status, code):
    answer = move(desk, if_match)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["errors"][0]["field"] == "If-Match"
