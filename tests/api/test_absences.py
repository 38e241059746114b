"""Saying over HTTP that one is away."""

from __future__ import annotations

import pytest

from tests import make
from tests.jobs.alerting import somebody
from tests.make import MUONG_BI, TAN_LAC
from tthc.domain.accounts import Role

URL = "/api/v1/absences"
DAYS = {"since_on": "2030-03-04", "until_on": "2030-03-08"}


@pytest.fixture
def officer(signed_in, session):
    make.a_desk(session)
    somebody(session, "deputy", (Role.OFFICER, TAN_LAC))
    return signed_in((Role.OFFICER, TAN_LAC))


def record(client, **body):
    return client.post(URL, json=DAYS | body, headers={"Idempotency-Key": "one-absence"})


def test_one_says_it_sees_it_and_takes_it_back(officer):
    made = record(officer, deputy="deputy")
    assert made.status_code == 201
    assert made.json["deputy"] == "deputy"
    assert record(officer, deputy="deputy").json == made.json
    assert officer.get(URL).json["items"] == [made.json]
    cancelled = officer.post(f"{URL}/{made.json['id']}/actions/cancel", json={})
    assert cancelled.status_code == 204
    assert officer.get(URL).json["items"] == []


def test_another_unit_learns_nothing(officer, signed_in):
    made = record(officer)
    neighbour = signed_in((Role.MANAGER, MUONG_BI))
    assert neighbour.get(URL).json["items"] == []
    hidden = neighbour.post(f"{URL}/{made.json['id']}/actions/cancel", json={})
    missing = neighbour.post(f"{URL}/999999/actions/cancel", json={})
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json["code"] == missing.json["code"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"until_on": "2030-03-04"}, 422, "absence_refused"),
        ({"deputy": "nobody"}, 404, "not_found"),
        ({"username": "deputy"}, 404, "not_found"),
        ({"reason": "ốm"}, 422, "invalid_input"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(officer, body, status, code):
    answer = record(officer, **body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
