"""Answering alerts over HTTP: by whom, how often, and what the list then shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import make
from tests.jobs.alerting import Clock as LateClock
from tests.jobs.alerting import a_late_dossier, act, somebody
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.jobs.delivering import route_all
from tthc.jobs.sweeping import sweep

URL = "/api/v1/alerts"
SNOOZE = {"reason": "Chờ xác minh", "until_on": "2026-03-10"}


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def late(clock):
    """The clock of sweep and API alike, on the first day late."""
    late = LateClock()
    clock.at = late.at
    return late


@pytest.fixture
def alert(session, sessions, units, late):
    """An alert of Tân Lạc; its id and its dossier's code."""
    somebody(session, "officer", (Role.OFFICER, TAN_LAC))
    dossier = a_late_dossier(session)
    session.commit()
    sweep(sessions, clock=late)
    return dossier.code


@pytest.fixture
def manager(signed_in, alert):
    return signed_in((Role.MANAGER, TAN_LAC), username="lanh-dao")


@pytest.fixture
def shown(manager):
    def show():
        [item] = manager.get(URL).json["items"]
        return item

    return show


def answer(client, alert_id, name, body=None):
    return client.post(f"{URL}/{alert_id}/actions/{name}", json=body or {})


def test_who_knows_and_since_when_is_shown(manager, shown):
    told = answer(manager, shown()["id"], "acknowledge")
    assert told.status_code == 200
    assert told.json == shown()
    assert told.json["acknowledged_by"] == "lanh-dao"
    assert told.json["acknowledged_at"] == "2026-03-06T10:00:00+07:00"
    assert told.json["snoozed_until"] is None


def test_the_second_gets_the_answer_of_the_first(manager, shown, signed_in, clock, late):
    first = answer(manager, shown()["id"], "acknowledge").json
    late.forward(hours=1)
    clock.at = late.at
    second = answer(signed_in((Role.OFFICER, TAN_LAC)), first["id"], "acknowledge")
    assert (second.status_code, second.json) == (200, first)


def test_a_snooze_is_shown_until_its_day(manager, shown, signed_in, clock, late):
    told = answer(manager, shown()["id"], "snooze", SNOOZE)
    assert (told.status_code, told.json) == (200, shown())
    assert told.json["snoozed_until"] == "2026-03-10"
    late.forward(days=4)
    clock.at = late.at
    [item] = signed_in((Role.MANAGER, TAN_LAC)).get(URL).json["items"]
    assert (item["snoozed_until"], item["acknowledged_by"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"until_on": "2026-03-06"}, "snooze_refused"),
        ({"until_on": "2026-03-14"}, "snooze_refused"),
        ({"reason": None}, "invalid_input"),
        ({"reason": " "}, "invalid_input"),
        ({"until": "2026-03-10"}, "invalid_input"),
    ],
)
def test_a_snooze_that_makes_no_sense_is_refused(manager, shown, change, code):
    refused = answer(manager, shown()["id"], "snooze", SNOOZE | change)
    assert (refused.status_code, refused.json["code"]) == (422, code)


def test_what_was_withdrawn_is_answered_by_nobody(session, sessions, manager, shown, alert, late):
    act(session, alert, Action.FINISH, now=late())
    session.commit()
    route_all(sessions, clock=late)
    for name, body in (("acknowledge", {}), ("snooze", SNOOZE)):
        refused = answer(manager, shown()["id"], name, body)
        assert (refused.status_code, refused.json["code"]) == (409, "alert_withdrawn")


def test_an_alert_out_of_scope_is_like_none(signed_in, shown):
    neighbour = signed_in((Role.MANAGER, MUONG_BI))
    for name, body in (("acknowledge", {}), ("snooze", SNOOZE)):
        foreign = answer(neighbour, shown()["id"], name, body)
        none = answer(neighbour, 999_999, name, body)
        assert foreign.status_code == none.status_code == 404
        assert foreign.json["detail"] == none.json["detail"]
    assert shown()["acknowledged_by"] is None


@pytest.mark.parametrize("role", [Role.PROVINCE_VIEWER, Role.INTEGRATOR])
def test_who_only_looks_answers_nothing(signed_in, shown, role):
    unit = PROVINCE if role is Role.PROVINCE_VIEWER else None
    refused = answer(signed_in((role, unit)), shown()["id"], "acknowledge")
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")


def test_the_report_counts_what_was_answered(manager, shown, sessions, clock, late):
    route_all(sessions, clock=late)
    answer(manager, shown()["id"], "acknowledge")
    clock.at = late.at + timedelta(hours=1)
    report = manager.get("/api/v1/metrics/alerts?since=2026-03-01&until=2026-04-01").json
    [row] = report["items"]
    assert row.pop("name")
    assert row == {
        "unit_code": TAN_LAC,
        "rung": "late_1",
        "raised": 1,
        "delivered": 0,
        "acknowledged": 1,
        "snoozed": 0,
        "minutes_median": 0,
        "minutes_p90": 0,
        "saved": 0,
        "unreachable": 0,
    }
