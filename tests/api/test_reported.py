"""Reporting a figure over HTTP: who may, what is refused, and the history."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests import make
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.domain.accounts import Role

URL = "/api/v1/scores/figures"
WISH = {
    "figure": "receiving_satisfaction",
    "unit_code": TAN_LAC,
    "since": "2026-03-01",
    "until": "2026-04-01",
    "numerator": 9,
    "denominator": 10,
    "source": "Phiếu khảo sát tháng 3/2026",
}


@pytest.fixture
def units(session):
    make.a_desk(session)
    session.commit()


@pytest.fixture
def clock(clock):
    clock.at = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
    return clock


@pytest.fixture
def manager(signed_in):
    return signed_in((Role.MANAGER, TAN_LAC), username="an.nguyen")


def test_a_figure_is_reported_scored_corrected_and_listed(manager):
    made = manager.post(URL, json=WISH)
    assert (made.status_code, made.json["number"]) == (201, 0)
    assert made.json["entered_by"] == "an.nguyen"
    sheet = manager.get(
        f"/api/v1/scores?since=2026-03-01&until=2026-04-01&unit_code={TAN_LAC}"
    ).json
    parts = {part["code"]: part for group in sheet["groups"] for part in group["parts"]}
    assert parts["receiving_satisfaction"]["points"] == "6.00"
    again = manager.post(URL, json=WISH)
    assert (again.status_code, again.json["code"]) == (409, "figure_reported")
    fixed = manager.post(URL, json={**WISH, "numerator": 8, "reason": "Đếm lại"})
    assert (fixed.status_code, fixed.json["number"]) == (201, 1)
    listed = manager.get(made.headers["Location"]).json["items"]
    assert [(row["number"], row["numerator"]) for row in listed] == [(1, 8), (0, 9)]
    first = manager.get(f"{URL}?limit=1").json
    rest = manager.get(f"{URL}?limit=1&cursor={first['next']}").json
    assert (first["items"] + rest["items"], rest["next"]) == (listed, None)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"figure": "progress"}, 422, "figure_counted"),
        ({"figure": "happiness"}, 422, "figure_unknown"),
        ({"numerator": 11}, 422, "figure_impossible"),
        ({"numerator": None}, 422, "figure_impossible"),
        ({"numerator": None, "denominator": None}, 409, "figure_missing"),
        ({"reason": "Nhầm"}, 409, "figure_missing"),
        ({"unit_code": MUONG_BI}, 404, "not_found"),
        ({"until": "2026-03-01"}, 422, "period_invalid"),
        ({"since": "2026-05-01", "until": "2026-06-01"}, 422, "period_invalid"),
        ({"source": ""}, 422, "invalid_input"),
        ({"numerator": 9.0}, 422, "invalid_input"),
    ],
)
def test_what_cannot_be_true_is_refused(manager, change, status, code):
    answer = manager.post(URL, json=WISH | change)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert manager.get(URL).json["items"] == []


def test_who_may_only_read_figures_reports_none(signed_in):
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    assert viewer.post(URL, json=WISH).status_code == 403
    assert viewer.get(URL).json["items"] == []


def test_a_request_sent_twice_reports_once(manager):
    twice = [manager.post(URL, json=WISH, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [201, 201]
    assert len(manager.get(URL).json["items"]) == 1


def test_figures_of_other_communes_are_not_listed(manager, signed_in):
    manager.post(URL, json=WISH)
    neighbour = signed_in((Role.MANAGER, MUONG_BI))
    assert neighbour.get(URL).json["items"] == []
    province = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    assert len(province.get(f"{URL}?unit_code={PROVINCE}").json["items"]) == 1
