"""Webhooks over HTTP: administrators keep them, and a secret is shown once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from tests.api.conftest import COMMUNE, NEIGHBOUR, PROVINCE
from tests.make import NOW, everybody
from tthc.api.app import create_app
from tthc.domain.accounts import Role
from tthc.services.resends import ask_ping
from tthc.storage.tables.webhooks import Webhook, WebhookMessage, WebhookResend

URL = "/api/v1/webhooks"
ADDRESS = "https://lgsp.example.vn/tthc"


@pytest.fixture
def admin(signed_in):
    return signed_in((Role.ADMINISTRATOR, None))


def add(client, url=ADDRESS, unit_code=None):
    answer = client.post(URL, json={"url": url, "unit_code": unit_code})
    assert answer.status_code == 201, answer.json
    return answer


def act(client, place, action, version):
    headers = {"If-Match": f'"{version}"'}
    return client.post(f"{place}/actions/{action}", json={}, headers=headers)


def test_the_secret_is_shown_when_it_is_made_and_never_again(admin, session):
    made = add(admin)
    secret = made.json["secret"]
    assert session.scalars(select(Webhook.secret)).one() == secret
    assert len(secret) == 43
    place = made.headers["Location"]
    assert made.json["webhook"]["url"] == ADDRESS
    for answer in (
        admin.get(URL),
        admin.get(place),
        act(admin, place, "disable", 1),
        act(admin, place, "enable", 2),
    ):
        assert answer.status_code == 200
        assert secret not in answer.text


def test_another_secret_ends_the_one_before(admin, session):
    made = add(admin)
    turned = act(admin, made.headers["Location"], "rotate", 1)
    assert turned.json["secret"] != made.json["secret"]
    assert turned.headers["ETag"] == '"2"'
    session.expire_all()
    assert session.scalars(select(Webhook.secret)).one() == turned.json["secret"]


def test_a_webhook_is_switched_off_and_on(admin):
    place = add(admin).headers["Location"]
    assert act(admin, place, "disable", 1).json["is_active"] is False
    again = act(admin, place, "disable", 2)
    assert (again.status_code, again.headers["ETag"]) == (200, '"2"')
    assert act(admin, place, "enable", 2).json["is_active"] is True
    stale = act(admin, place, "enable", 1)
    assert (stale.status_code, stale.json["facts"]) == (412, {"version": "3"})


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://lgsp.example.vn/", "not_https"),
        ("https://a:b@lgsp.example.vn/", "has_password"),
        ("https://lgsp.example.vn/#a", "malformed"),
    ],
)
def test_an_address_that_may_not_be_is_refused(admin, url, rule):
    answer = admin.post(URL, json={"url": url})
    assert (answer.status_code, answer.json["code"]) == (422, "url_refused")
    assert answer.json["facts"] == {"rule": rule}
    assert answer.json["errors"][0]["field"] == "url"


def test_in_production_nobody_reaches_inwards_over_http(doors, admin):
    app = create_app(replace(doors, environment="production"))
    client = app.test_client()
    client.environ_base.update(admin.environ_base)
    answer = client.post(URL, json={"url": "https://10.0.0.5/hook"})
    assert answer.json["facts"] == {"rule": "internal"}
    add(client)


def test_an_address_is_there_once_and_its_unit_exists(admin):
    add(admin)
    again = admin.post(URL, json={"url": ADDRESS})
    assert (again.status_code, again.json["code"]) == (409, "already_exists")
    nowhere = admin.post(URL, json={"url": f"{ADDRESS}/b", "unit_code": "99999"})
    assert nowhere.status_code == 404


def test_programs_see_those_of_their_units_and_change_none(admin, signed_in):
    add(admin, f"{ADDRESS}/all")
    add(admin, f"{ADDRESS}/own", COMMUNE)
    foreign = add(admin, f"{ADDRESS}/foreign", NEIGHBOUR).headers["Location"]
    program = signed_in((Role.INTEGRATOR, COMMUNE))
    assert [item["url"] for item in program.get(URL).json["items"]] == [f"{ADDRESS}/own"]
    assert program.get(foreign).status_code == 404
    assert act(program, foreign, "disable", 1).status_code == 403
    whole = signed_in((Role.INTEGRATOR, None))
    assert len(whole.get(URL).json["items"]) == 3
    province = signed_in((Role.INTEGRATOR, PROVINCE))
    assert len(province.get(URL).json["items"]) == 2


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.OFFICER, Role.MANAGER, Role.PROVINCE_VIEWER])
def test_staff_keep_no_webhooks(signed_in, role):
    client = signed_in((role, COMMUNE))
    assert client.get(URL).status_code == 403
    assert client.post(URL, json={"url": ADDRESS}).status_code == 403


def test_the_list_is_cut_into_pages(admin):
    for number in range(3):
        add(admin, f"{ADDRESS}/{number}")
    first = admin.get(f"{URL}?limit=2").json
    second = admin.get(f"{URL}?limit=2&cursor={first['next']}").json
    assert [item["url"][-1] for item in first["items"] + second["items"]] == ["0", "1", "2"]
    assert second["next"] is None


@pytest.fixture
def hook(admin, sessions):
    """The place of a webhook of everything that was sent three messages."""
    place = add(admin).headers["Location"]
    number = int(place.rpartition("/")[2])
    with sessions.begin() as session:
        for _ in range(3):
            ask_ping(session, number, everybody(), now=NOW)
            session.execute(update(WebhookResend).values(ended_at=NOW))
    return place


@pytest.fixture
def program(signed_in):
    return signed_in((Role.INTEGRATOR, None))


def test_a_receiver_reads_on_from_where_it_was(program, hook):
    first = program.get(f"{hook}/messages?limit=2").json
    assert [message["sequence"] for message in first["items"]] == [1, 2]
    assert (first["after"], first["has_more"]) == (2, True)
    second = program.get(f"{hook}/messages?after=2").json
    assert [message["sequence"] for message in second["items"]] == [3]
    assert json.loads(second["items"][0]["body"])["message_id"] == second["items"][0]["message_id"]
    empty = program.get(f"{hook}/messages?after=3").json
    assert empty == {"items": [], "after": 3, "has_more": False}


def test_a_cursor_that_cannot_be_is_refused(program, hook, sessions):
    ahead = program.get(f"{hook}/messages?after=4")
    assert (ahead.status_code, ahead.json["code"]) == (422, "cursor_ahead")
    assert ahead.json["facts"] == {"last": "3"}
    with sessions.begin() as session:
        session.execute(delete(WebhookMessage).where(WebhookMessage.sequence < 3))
    gone = program.get(f"{hook}/messages?after=1")
    assert (gone.status_code, gone.json["code"]) == (422, "messages_forgotten")
    assert gone.json["facts"] == {"first": "3"}
    assert program.get(f"{hook}/messages?after=-1").status_code == 422


def test_only_programs_read_messages(admin, signed_in, hook):
    assert admin.get(f"{hook}/messages").status_code == 403
    stranger = signed_in((Role.INTEGRATOR, COMMUNE))
    assert stranger.get(f"{hook}/messages").status_code == 404
    assert stranger.post(f"{hook}/actions/resend", json={"after": 0}).status_code == 404


def test_a_receiver_has_messages_sent_again(program, hook):
    asked = program.post(f"{hook}/actions/resend", json={"after": 1})
    assert asked.status_code == 202
    assert asked.json["resend"]["reached"] == 1
    assert asked.json["resend"]["until"] == 3
    again = program.post(f"{hook}/actions/resend", json={"after": 1})
    assert (again.status_code, again.json["code"]) == (409, "resend_running")


def test_an_administrator_pings_who_is_switched_on(admin, hook):
    asked = admin.post(f"{hook}/actions/ping", json={})
    assert (asked.status_code, asked.json["last_sequence"]) == (202, 4)
    act(admin, hook, "disable", 1)
    off = admin.post(f"{hook}/actions/ping", json={})
    assert (off.status_code, off.json["code"]) == (409, "webhook_off")
