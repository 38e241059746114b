"""The list of alerts over HTTP: one's own units, newest first, with what became of them."""

from __future__ import annotations

import pytest

from tests import make
from tests.jobs.alerting import Clock as LateClock
from tests.jobs.alerting import (
    Inbox,
    a_late_dossier,
    a_post,
    act,
    somebody,
)
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.jobs.delivering import deliver_all, route_all
from tthc.jobs.sweeping import sweep

URL = "/api/v1/alerts"


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def late():
    return LateClock()


@pytest.fixture
def alerts(session, sessions, units, late):
    """Three alerts of Tân Lạc and one of Mường Bi; their dossiers' codes, oldest first."""
    somebody(session, "officer", (Role.OFFICER, TAN_LAC))
    codes = [a_late_dossier(session).code for _ in range(3)]
    codes.append(a_late_dossier(session, officer=None, resolving_unit=MUONG_BI).code)
    session.commit()
    sweep(sessions, clock=late)
    return codes


def states(client):
    return [item["state"] for item in client.get(URL).json["items"]]


def test_an_alert_tells_what_it_is_about(manager, alerts):
    [newest, *_rest] = manager.get(URL).json["items"]
    assert newest.pop("id") > 0
    assert newest == {
        "dossier_code": alerts[2],
        "kind": "due",
        "rung": "late_1",
        "amount": 1,
        "unit_code": TAN_LAC,
        "due_at": "2026-03-05T17:00:00+07:00",
        "since_at": None,
        "raised_at": "2026-03-06T10:00:00+07:00",
        "state": "unrouted",
        "deliveries": 0,
        "acknowledged_by": None,
        "acknowledged_at": None,
        "snoozed_until": None,
    }


def test_each_sees_the_alerts_of_their_units(manager, signed_in, alerts):
    def codes(client):
        return sorted(item["dossier_code"] for item in client.get(URL).json["items"])

    assert codes(manager) == alerts[:3]
    assert codes(signed_in((Role.OFFICER, MUONG_BI))) == alerts[3:]
    assert codes(signed_in((Role.RECEPTION, TAN_LAC))) == alerts[:3]
    assert codes(signed_in((Role.CHAIR, TAN_LAC))) == alerts[:3]
    assert codes(signed_in((Role.PROVINCE_VIEWER, PROVINCE))) == alerts


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTEGRATOR])
def test_other_roles_see_none(signed_in, alerts, role):
    assert signed_in((role, None)).get(URL).status_code == 403


def test_the_state_follows_what_became_of_it(session, sessions, manager, alerts, late):
    assert states(manager) == ["unrouted"] * 3
    route_all(sessions, clock=late)
    assert states(manager) == ["waiting"] * 3
    act(session, alerts[0], Action.FINISH, now=late())
    session.commit()
    deliver_all(a_post(sessions, Inbox(), late))
    assert states(manager) == ["sent", "sent", "withdrawn"]


def test_an_alert_that_nobody_hears_is_parked(sessions, signed_in, alerts, late):
    route_all(sessions, clock=late)
    client = signed_in((Role.OFFICER, MUONG_BI))
    [item] = client.get(URL).json["items"]
    assert (item["state"], item["deliveries"]) == ("parked", 1)


def test_the_list_is_filtered_by_unit_and_rung(signed_in, alerts):
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    assert len(viewer.get(f"{URL}?unit_code={MUONG_BI}").json["items"]) == 1
    assert len(viewer.get(f"{URL}?rung=late_1").json["items"]) == 4
    assert viewer.get(f"{URL}?rung=late_3").json["items"] == []


def test_a_unit_out_of_scope_is_like_none(manager, alerts):
    foreign, none = (manager.get(f"{URL}?unit_code={code}") for code in (MUONG_BI, "99999"))
    assert foreign.status_code == none.status_code == 404
    assert foreign.json["code"] == none.json["code"]


def test_pages_follow_one_another(manager, alerts):
    first = manager.get(f"{URL}?limit=2").json
    second = manager.get(f"{URL}?limit=2&cursor={first['next']}").json
    assert [i["dossier_code"] for i in first["items"] + second["items"]] == alerts[2::-1]
    assert second["next"] is None


def test_an_unknown_filter_is_refused(manager, alerts):
    assert manager.get(f"{URL}?state=sent").status_code == 422
    assert manager.get(f"{URL}?rung=LATE").status_code == 422
