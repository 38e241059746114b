"""Roles open routes; the scope of a route counts only the roles that open it."""

import pytest

from tests.api.conftest import COMMUNE, NEIGHBOUR, PROVINCE
from tthc.domain.accounts import (
    ACTION_PERMISSIONS,
    PERMISSIONS,
    Account,
    Grant,
    Permission,
    Role,
)
from tthc.domain.errors import ForbiddenError
from tthc.domain.lifecycle import Action
from tthc.domain.scope import EVERYTHING, NOTHING, Scope

THINGS = "/api/v1/things"


@pytest.fixture
def caller(toy_app, signed_in):
    def make(*grants):
        client = toy_app.test_client()
        client.environ_base.update(signed_in(*grants).environ_base)
        return client

    return make


def test_nobody_comes_in_without_a_token(toy_app):
    answer = toy_app.test_client().post(THINGS, data=b"{", content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_the_table_says(caller, role):
    unit = None if role in {Role.ADMINISTRATOR, Role.INTEGRATOR} else COMMUNE
    client = caller((role, unit))
    allowed = PERMISSIONS[role]
    made = client.post(THINGS, json={"name": "A"}).status_code
    assert made == (201 if Permission.DOSSIER_RECEIVE in allowed else 403)
    listed = client.get(THINGS).status_code
    assert listed == (200 if Permission.DOSSIER_READ in allowed else 403)
    assert client.get(f"{THINGS}/mine").status_code == 200


def test_a_forbidden_caller_learns_nothing_of_the_body(caller):
    answer = caller((Role.OFFICER, COMMUNE)).post(THINGS, json={"nonsense": 1})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_a_viewers_province_does_not_widen_the_desk(caller):
    client = caller((Role.PROVINCE_VIEWER, PROVINCE), (Role.RECEPTION, COMMUNE))
    assert client.get(f"{THINGS}/units").json == {
        "units": [COMMUNE],
        "only": COMMUNE,
        "all": False,
    }


def test_a_manager_of_a_province_covers_its_communes(caller):
    shown = caller((Role.MANAGER, PROVINCE)).get(f"{THINGS}/units").json
    assert shown == {"units": [PROVINCE, COMMUNE, NEIGHBOUR], "only": None, "all": False}


def test_a_user_without_roles_may_do_nothing(caller):
    client = caller()
    assert client.get(THINGS).status_code == 403
    assert client.get(f"{THINGS}/mine").json["units"] == []


def test_every_role_and_every_action_has_its_place():
    assert set(PERMISSIONS) == set(Role)
    assert set(ACTION_PERMISSIONS) == set(Action)


def test_an_administrator_sees_no_dossier():
    assert not {p for p in PERMISSIONS[Role.ADMINISTRATOR] if p.startswith("dossier")}


def test_an_action_demands_its_own_permission():
    clerk = Account(1, "an", "An", (Grant(Role.RECEPTION, COMMUNE, frozenset({COMMUNE})),))
    assert clerk.to_act(Action.RETURN).scope == Scope(units=frozenset({COMMUNE}))
    with pytest.raises(ForbiddenError):
        clerk.to_act(Action.FINISH)


def test_a_grant_on_the_whole_system_covers_everything():
    program = Account(1, "lgsp", "LGSP", (Grant(Role.INTEGRATOR, None),))
    assert program.acting(Permission.IMPORT_WRITE).scope == EVERYTHING


def test_scopes_cover_what_they_name():
    one = Scope(units=frozenset({COMMUNE}))
    assert one.covers(COMMUNE)
    assert one.covers(NEIGHBOUR, COMMUNE)
    assert not one.covers(NEIGHBOUR, None)
    assert not NOTHING.covers(COMMUNE)
    assert EVERYTHING.covers()
    assert EVERYTHING.only_unit is None
