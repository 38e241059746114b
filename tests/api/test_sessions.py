from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from tests.api.conftest import COMMUNE, NEIGHBOUR, PROVINCE
from tests.make import CHEAP, NOW, PASSWORD
from tthc.api.app import create_app
from tthc.domain.accounts import Role
from tthc.services.accounts import (
    DEMO_PASSWORD,
    NewUser,
    add_user,
    disable_user,
    grant_role,
    revoke_role,
)
from tthc.storage.tables.accounts import LoginFailure, UserSession

PATH = "/api/v1/sessions"
CURRENT = "/api/v1/sessions/current"


@pytest.fixture
def an(sessions, units):
    with sessions.begin() as session:
        add_user(session, NewUser("an.lac", "Nguyễn Văn An", PASSWORD), cost=CHEAP, now=NOW)
        grant_role(session, "an.lac", Role.OFFICER, COMMUNE, now=NOW)


def sign_in(client, password=PASSWORD, username="an.lac", address="10.0.0.1"):
    return client.post(
        PATH,
        json={"username": username, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_signing_in_gives_a_token_that_opens_the_session(client, an):
    answer = sign_in(client)
    assert answer.status_code == 201, answer.json
    assert answer.headers["Location"] == CURRENT
    shown = client.get(CURRENT, headers=bearer(answer.json["token"]))
    assert shown.status_code == 200
    assert shown.json == {
        "expires_at": "2026-03-02T22:00:00+07:00",
        "user": {
            "username": "an.lac",
            "display_name": "Nguyễn Văn An",
            "roles": [{"role": "officer", "unit_code": COMMUNE}],
        },
    }
    assert answer.json == shown.json | {"token": answer.json["token"]}


def test_the_token_is_kept_nowhere(client, an, session):
    token = sign_in(client).json["token"]
    kept = session.scalars(select(UserSession)).one()
    assert token.encode() not in kept.token_digest
    assert len(kept.token_digest) == 32


def test_a_session_ends_after_twelve_hours(client, an, clock):
    token = sign_in(client).json["token"]
    clock.at = NOW + timedelta(hours=12)
    answer = client.get(CURRENT, headers=bearer(token))
    assert (answer.status_code, answer.json["code"]) == (401, "session_over")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_signing_out_ends_the_session(client, an):
    token = sign_in(client).json["token"]
    gone = client.delete(CURRENT, headers=bearer(token))
    assert (gone.status_code, gone.data) == (204, b"")
    assert client.get(CURRENT, headers=bearer(token)).status_code == 401


def test_a_disabled_user_is_out_at_once(client, an, session):
    token = sign_in(client).json["token"]
    disable_user(session, "an.lac", now=NOW)
    session.commit()
    assert client.get(CURRENT, headers=bearer(token)).status_code == 401
    assert sign_in(client).status_code == 401


def test_a_role_taken_away_is_gone_at_once(client, an, session):
    token = sign_in(client).json["token"]
    revoke_role(session, "an.lac", Role.OFFICER, COMMUNE, now=NOW)
    session.commit()
    assert client.get(CURRENT, headers=bearer(token)).json["user"]["roles"] == []


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Basic YTpi", f"Bearer {'a' * 43}", f"Bearer {'a' * 42}é"],
)
def test_a_bad_token_is_401(client, header):
    answer = client.get(CURRENT, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_wrong_password_and_an_unknown_user_answer_alike(client, an):
    wrong, unknown = sign_in(client, "nope"), sign_in(client, username="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json | {"request_id": ""} == unknown.json | {"request_id": ""}
    assert wrong.json["code"] == "credentials_wrong"


def test_a_refused_attempt_is_remembered_and_no_name_is_kept(client, an, session):
    sign_in(client, "nope")
    row = session.scalars(select(LoginFailure)).one()
    assert (row.address, row.at) == ("10.0.0.1", NOW)
    assert b"an.lac" not in row.account_digest


def test_a_success_forgets_the_failures(client, an, session):
    sign_in(client, "nope")
    sign_in(client)
    assert session.scalar(select(func.count()).select_from(LoginFailure)) == 0


def test_the_eleventh_guess_is_429_even_with_the_right_password(client, an, clock):
    for _ in range(10):
        assert sign_in(client, "nope").status_code == 401
    clock.at = NOW + timedelta(minutes=5)
    throttled = sign_in(client)
    assert (throttled.status_code, throttled.json["code"]) == (429, "sign_in_throttled")
    assert throttled.headers["Retry-After"] == "600"
    clock.at = NOW + timedelta(minutes=15)
    assert sign_in(client).status_code == 201


def test_a_stranger_elsewhere_locks_nobody_out(client, an):
    for _ in range(11):
        sign_in(client, "nope", address="203.0.113.9")
    assert sign_in(client, "nope", address="203.0.113.9").status_code == 429
    assert sign_in(client).status_code == 201


def test_one_address_may_not_try_many_accounts(client, an):
    for number in range(100):
        sign_in(client, "nope", username=f"user-{number}")
    assert sign_in(client).status_code == 429
    assert sign_in(client, address="10.0.0.2").status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "an.lac"}, "password"),
        ({"username": "an.lac", "password": 12}, "password"),
        ({"username": "an.lac\x00", "password": "x"}, "username"),
        ({"username": "x" * 81, "password": "x"}, "username"),
        ({"username": "an.lac", "password": "x" * 1001}, "password"),
        ({"username": "an.lac", "password": "x", "role": "manager"}, "role"),
    ],
)
def test_a_body_that_does_not_fit_is_422(client, body, field):
    answer = client.post(PATH, json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")
    assert [told["field"] for told in answer.json["errors"]] == [field]


def test_authentication_takes_one_statement(signed_in, engine):
    client = signed_in((Role.MANAGER, PROVINCE), (Role.OFFICER, COMMUNE))
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(CURRENT).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    selects = [text for text in asked if "SAVEPOINT" not in text]
    assert len(selects) == 1, selects
    assert "user_sessions" in selects[0]
    assert "units" in selects[0]


def test_a_province_covers_its_communes(signed_in, sessions):
    from tthc.services.sign_in import authenticate  # noqa: PLC0415

    client = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    token = client.environ_base["HTTP_AUTHORIZATION"].split()[1]
    with sessions.begin() as session:
        grant = authenticate(session, token, now=NOW).account.grants[0]
    assert grant.units == {PROVINCE, COMMUNE, NEIGHBOUR}


def test_the_published_password_opens_nothing_in_production(doors, signed_in, sessions):
    with sessions.begin() as session:
        add_user(session, NewUser("demo.an", "An", DEMO_PASSWORD), cost=CHEAP, now=NOW)
    for environment, status in (("trial", 201), ("production", 401)):
        client = create_app(replace(doors, environment=environment)).test_client()
        assert sign_in(client, DEMO_PASSWORD, "demo.an").status_code == status
