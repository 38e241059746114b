"""Reports from the board: of the unit and the period that are shown there."""

from datetime import timedelta

import pytest

from tests.make import MUONG_BI, PROVINCE, TAN_LAC, a_dossier
from tests.spreadsheets import opened, table_of
from tests.web.html import check_readable
from tthc.domain.accounts import Role

DAYS = "since=2026-03-01&until=2026-04-01"


@pytest.fixture
def viewer(signed_in, session, clock):
    for unit in (TAN_LAC, TAN_LAC, MUONG_BI):
        a_dossier(session, receiving_unit=unit)
    session.commit()
    clock.at += timedelta(minutes=1)
    return signed_in((Role.PROVINCE_VIEWER, PROVINCE))


def offered(page, name):
    select = page.one("select", name=name)
    return [o.get("value") for o in page.all("option") if select in o.parents]


def test_the_board_offers_every_report_for_every_unit_it_shows(viewer):
    page = viewer.page(f"/board?{DAYS}")
    check_readable(page)
    form = page.one("form", action="/board/report")
    inside = [e for e in page.elements if form in e.parents and e.get("name")]
    assert {e.get("name"): e.get("value") for e in inside if e.get("type") == "hidden"} == {
        "since": "2026-03-01",
        "until": "2026-04-01",
    }
    assert offered(page, "name") == ["communes", "ii06a", "overdue", "register"]
    assert {"", TAN_LAC, MUONG_BI} <= set(offered(page, "unit_code"))
    assert offered(page, "format") == ["xlsx", "csv"]


def test_what_is_chosen_comes_as_a_file_with_the_numbers_of_the_board(viewer):
    for unit, count in ((TAN_LAC, 2), (MUONG_BI, 1), ("", 3)):
        url = f"/board/report?{DAYS}&name=ii06a&unit_code={unit}&format=xlsx"
        answer = viewer.client.get(url)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert table_of(opened(answer.data))[-1][2] == count
    table = viewer.client.get(f"/board/report?{DAYS}&name=register&unit_code={TAN_LAC}&format=csv")
    assert table.text.count("B. T. Hoà") == 2


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"{DAYS}&name=nothing&format=xlsx", 404),
        (f"{DAYS}&name=ii06a&format=pdf", 404),
        (f"{DAYS}&name=ii06a", 404),
        ("since=x&until=2026-04-01&name=ii06a&format=csv", 404),
        ("since=2026-04-01&until=2026-03-01&name=ii06a&format=csv", 422),
        (f"{DAYS}&name=ii06a&unit_code=99999&format=csv", 404),
    ],
)
def test_what_makes_no_sense_is_a_page_that_says_so(viewer, query, status):
    answer = viewer.get(f"/board/report?{query}")
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_an_officer_has_no_board_and_a_manager_no_other_commune(signed_in):
    url = f"/board/report?{DAYS}&name=ii06a&format=csv&unit_code="
    assert signed_in((Role.OFFICER, TAN_LAC)).get(url + TAN_LAC).status_code == 403
    assert signed_in((Role.MANAGER, MUONG_BI)).get(url + TAN_LAC).status_code == 404
