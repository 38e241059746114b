"""Lists are cut by key, not by number of rows, and a cursor belongs to its list."""

import base64

import pytest

THINGS = "/api/v1/things"


def ids(answer):
    return [item["id"] for item in answer.json["items"]]


def test_the_pages_together_are_the_list(desk):
    found, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        answer = desk.get(
            THINGS, query_string={"limit": 20} | ({"cursor": cursor} if cursor else {})
        )
        found += ids(answer)
        cursor = answer.json["next"]
        pages += 1
    assert found == list(range(45, 0, -1))
    assert pages == 3


def test_a_page_has_twenty_rows_unless_asked(desk):
    assert len(ids(desk.get(THINGS))) == 20
    assert len(ids(desk.get(f"{THINGS}?limit=1"))) == 1


def test_the_page_that_just_fits_is_the_last(desk):
    assert desk.get(f"{THINGS}?limit=45").json["next"] is None


def test_the_limit_may_change_between_pages(desk):
    cursor = desk.get(f"{THINGS}?limit=5").json["next"]
    assert ids(desk.get(f"{THINGS}?limit=2&cursor={cursor}")) == [40, 39]


def forged():
    return base64.urlsafe_b64encode(b"0" * 12 + b"[3]").rstrip(b"=").decode()


@pytest.mark.parametrize("cursor", ["x", "AAAA", "a" * 512, forged()])
def test_a_forged_cursor_is_refused(desk, cursor):
    answer = desk.get(f"{THINGS}?cursor={cursor}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_cursor")


def test_a_cursor_of_other_filters_is_refused(desk):
    cursor = desk.get(f"{THINGS}?role=manager").json["next"]
    assert desk.get(f"{THINGS}?role=manager&cursor={cursor}").status_code == 200
    answer = desk.get(f"{THINGS}?role=officer&cursor={cursor}")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_cursor")


def test_a_cursor_that_was_changed_by_one_letter_is_refused(desk):
    cursor = desk.get(THINGS).json["next"]
    for place in range(len(cursor) - 1):
        other = "A" if cursor[place] != "A" else "B"
        changed = cursor[:place] + other + cursor[place + 1 :]
        assert desk.get(f"{THINGS}?cursor={changed}").status_code == 422


@pytest.mark.parametrize("cursor", ["a b", "ä", "=", "a" * 513, "%00"])
def test_a_cursor_of_another_alphabet_is_no_cursor(desk, cursor):
    answer = desk.get(THINGS, query_string={"cursor": cursor})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "cursor")
