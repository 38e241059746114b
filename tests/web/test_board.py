"""The board: the metrics API's numbers, the dossiers behind them, and alerts to answer."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from tests.make import MUONG_BI, NOW, PASSWORD, PROVINCE, TAN_LAC, a_dossier
from tests.web.forms import act
from tests.web.html import Document, check_readable
from tthc.domain.accounts import Role
from tthc.services.overdue import sweep_page
from tthc.storage.tables.answers import AlertAnswer

DAYS = "since=2026-01-01&until=2026-04-01"
API = "/api/v1"


@pytest.fixture
def busy(signed_in, session, clock):
    """Two communes: five dossiers, one finished in time, one late, one pending and late."""
    made = [a_dossier(session) for _ in range(3)]
    made += [a_dossier(session, receiving_unit=MUONG_BI) for _ in range(2)]
    session.commit()
    tan_lac, muong_bi = (signed_in((Role.MANAGER, unit)) for unit in (TAN_LAC, MUONG_BI))
    for browser, dossier in ((tan_lac, made[0]), (muong_bi, made[3])):
        act(browser, dossier.code, "hand_over")
    act(tan_lac, made[0].code, "finish", result_code="1")
    clock.at = NOW + timedelta(days=8)
    for name, browser in (("user-0", tan_lac), ("user-1", muong_bi)):
        sign_in_again(browser, name)
    late = act(muong_bi, made[3].code, "finish", result_code="2")
    assert late.status_code == 303, late.text
    clock.at += timedelta(minutes=1)
    return made


def sign_in_again(browser, name):
    browser.get("/sign-in")
    browser.send("/sign-in", {"username": name, "password": PASSWORD})


@pytest.fixture
def viewer(busy, signed_in):
    return signed_in((Role.PROVINCE_VIEWER, PROVINCE))


def links(page):
    """Return each number on the board by what it is a number of: (name, unit)."""
    found = {}
    for link in page.all("a"):
        parts = urlsplit(link.get("href") or "")
        if parts.path == "/board/dossiers":
            query = parse_qs(parts.query)
            found[query["number"][0], query.get("unit_code", [None])[0]] = link
    return found


def figures_of_the_api(browser):
    token = browser.client.get_cookie("tthc_session").value
    answer = browser.client.get(
        f"{API}/metrics/communes?{DAYS}", headers={"Authorization": f"Bearer {token}"}
    )
    rows = [*answer.json["units"], answer.json["total"]]
    told = {}
    for row in rows:
        code, counts = row["unit_code"], row["counts"]
        flat = {name: value for name, value in counts.items() if not isinstance(value, dict)}
        flat |= {f"by_day.{name}": value for name, value in counts["by_day"].items()}
        for figure in row["figures"]:
            name = ".".join(part for part in (figure["definition"], figure["compared"]) if part)
            flat |= {f"{name}.{part}": figure[part] for part in ("numerator", "denominator")}
        told |= {(name, code): value for name, value in flat.items()}
    return told


def test_every_number_is_that_of_the_metrics_api_and_leads_to_as_many_dossiers(viewer):
    page = viewer.page(f"/board?{DAYS}")
    check_readable(page)
    shown = links(page)
    told = figures_of_the_api(viewer)
    assert len(shown) > 15
    for key, link in shown.items():
        assert int(link.text) == told[key], key
        behind = viewer.page(link.get("href"))
        check_readable(behind)
        assert len(list(behind.all("th", scope="row"))) == told[key], key


def test_the_commune_with_the_lowest_rate_stands_first(viewer):
    page = viewer.page(f"/board?{DAYS}")
    table = next(page.all("table"))
    rows = [e for e in page.all("tr") if table in e.parents and "xã" in e.text.lower()]
    names = [next(e.text for e in page.all("th") if row in e.parents) for row in rows]
    assert names == ["Xã Mường Bi", "Xã Tân Lạc"]
    assert "0,00%" in rows[0].text
    assert "100,00%" in rows[1].text


def test_what_the_target_still_allows_is_told(viewer):
    assert "thừa 1 hồ sơ trễ" in viewer.page(f"/board?{DAYS}").one("main").text


def test_nothing_counted_is_a_dash_and_not_a_rate(viewer):
    page = viewer.page("/board?since=2025-01-01&until=2025-02-01")
    check_readable(page)
    assert "%" not in page.one("main").text.replace("95 %", "").replace("70 %", "")
    assert not links(page)


def test_a_manager_sees_their_own_commune_only(busy, signed_in):
    browser = signed_in((Role.MANAGER, TAN_LAC))
    page = browser.page(f"/board?{DAYS}")
    assert "Mường Bi" not in page.one("main").text
    address = f"/board/dossiers?number=received&unit_code={MUONG_BI}&{DAYS}"
    missing = address.replace(MUONG_BI, "99999")
    assert [browser.get(a).status_code for a in (address, missing)] == [404, 404]


@pytest.mark.parametrize(
    "days",
    ["since=x", "since=0001-01-01", "until=2026-01-01", "since=2026-03-01&until=2026-02-01"],
)
def test_days_that_make_no_period_are_told_and_this_year_is_shown(viewer, days):
    page = viewer.page(f"/board?{days}")
    check_readable(page)
    assert "Ngày không hợp lệ" in page.one("div", role="alert").text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("number=nope", 422),
        ("", 422),
        ("number=received&since=x", 404),
        ("number=received&since=2026-03-01&until=2026-02-01", 422),
        ("number=received&unassigned=true", 404),
    ],
)
def test_a_number_that_is_none_is_refused_as_a_page(viewer, query, status):
    answer = viewer.get(f"/board/dossiers?{query}")
    assert answer.status_code == status
    check_readable(Document(answer.text))


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.OFFICER])
def test_who_reads_no_figures_has_no_board(signed_in, role):
    browser = signed_in((role, TAN_LAC))
    assert browser.get("/board").status_code == 403
    assert "/board" not in {link.get("href") for link in browser.page("/desk").all("a")}


def alerts_on(page):
    forms = [form.get("action") for form in page.all("form")]
    return [action for action in forms if action.endswith("/acknowledge")]


@pytest.fixture
def alerted(busy, session, clock, signed_in):
    """The manager of Tân Lạc, after a sweep that found two dossiers late."""
    sweep_page(session, now=clock.at)
    session.commit()
    return signed_in((Role.MANAGER, TAN_LAC))


def test_an_acknowledged_alert_leaves_the_board(alerted, session):
    first, *others = alerts_on(alerted.page(f"/board?{DAYS}"))
    answer = alerted.send(first, {"next": f"/board?{DAYS}"})
    assert answer.headers["Location"] == f"/board?{DAYS}"
    assert alerts_on(alerted.page(f"/board?{DAYS}")) == others
    assert session.scalars(select(AlertAnswer)).one().kind == "acknowledge"


def test_a_snoozed_alert_leaves_the_board_until_its_day(alerted, session):
    first, *others = alerts_on(alerted.page("/board"))
    address = first.replace("acknowledge", "snooze")
    page = alerted.page(address)
    check_readable(page)
    fields = {"_key": page.value("_key"), "reason": "Chờ xác minh", "until_on": "2026-03-12"}
    assert alerted.send(address, fields).headers["Location"] == "/board"
    assert alerts_on(alerted.page("/board")) == others
    assert session.scalars(select(AlertAnswer)).one().reason == "Chờ xác minh"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": "x", "until_on": "2026-03-10"}, "until_on"),
        ({"reason": "x", "until_on": "2027-01-01"}, "until_on"),
        ({"reason": "x", "until_on": "ngày mai"}, "until_on"),
        ({"until_on": "2026-03-12"}, "reason"),
    ],
)
def test_a_snooze_that_is_refused_says_why_beside_its_field(alerted, session, fields, field):
    address = alerts_on(alerted.page("/board"))[0].replace("acknowledge", "snooze")
    answer = alerted.send(address, fields)
    page = Document(answer.text)
    assert answer.status_code == 422
    check_readable(page)
    assert page.one("p", id=f"f-{field.replace('_', '-')}-fault").text
    assert not session.scalars(select(AlertAnswer)).all()


def test_the_alert_of_another_commune_is_not_there(alerted, signed_in):
    first = alerts_on(alerted.page("/board"))[0]
    stranger = signed_in((Role.MANAGER, "05134"))
    stranger.page("/board")
    for address in (first, first.replace("acknowledge", "snooze"), "/board/alerts/999/acknowledge"):
        assert stranger.send(address, {"reason": "x", "until_on": "2026-03-12"}).status_code == 404
    assert stranger.get(first.replace("acknowledge", "snooze")).status_code == 404


def test_who_only_looks_sees_alerts_and_answers_none(alerted, signed_in, viewer):
    assert "Cảnh báo chờ phản hồi" in viewer.page("/board").one("main").text
    assert alerts_on(viewer.page("/board")) == []
    first = alerts_on(alerted.page("/board"))[0]
    assert viewer.send(first, {}).status_code == 403
