"""Idempotency-Key: one effect, one answer, never somebody else's."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import EnvironBuilder

from tests.api import toy
from tests.api.conftest import COMMUNE
from tests.make import NOW
from tthc.api.idempotency import fingerprint
from tthc.domain.accounts import Role
from tthc.services.idempotency import purge_idempotency
from tthc.storage.tables.idempotency import IdempotencyAnswer

THINGS = "/api/v1/things"
KEY = {"Idempotency-Key": "0c1d-1"}


def test_a_repeated_request_has_one_effect_and_the_same_answer(desk):
    first = desk.post(THINGS, json={"name": "A", "size": 1}, headers=KEY)
    again = desk.post(THINGS, data=b'{"size":1, "name":"A"}', headers=KEY | {
        "Content-Type": "application/json"
    })  # fmt: skip
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert toy.seen == ["A"]
    for name in ("Location", "ETag", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"


def test_without_a_key_every_request_counts(desk):
    desk.post(THINGS, json={"name": "A"})
    desk.post(THINGS, json={"name": "A"})
    assert toy.seen == ["A", "A"]


def test_another_body_under_the_same_key_is_422(desk):
    desk.post(THINGS, json={"name": "A"}, headers=KEY)
    answer = desk.post(THINGS, json={"name": "B"}, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")
    assert toy.seen == ["A"]


def test_another_dossier_or_version_under_the_same_key_is_422(desk):
    def move(code, version):
        headers = KEY | {"If-Match": f'"{version}"'}
        return desk.post(f"{THINGS}/{code}/moves", json={"name": "A"}, headers=headers)

    assert move("a", 1).status_code == 200
    assert move("a", 1).headers["Idempotency-Replayed"] == "true"
    assert move("b", 1).status_code == 422
    assert move("a", 2).status_code == 422


def test_a_key_belongs_to_one_user_and_one_route(desk, toy_app, signed_in):
    desk.post(THINGS, json={"name": "A"}, headers=KEY)
    other = toy_app.test_client()
    other.environ_base.update(signed_in((Role.RECEPTION, COMMUNE)).environ_base)
    assert "Idempotency-Replayed" not in other.post(THINGS, json={"name": "B"}, headers=KEY).headers
    moved = desk.post(f"{THINGS}/a/moves", json={"name": "A"}, headers=KEY | {"If-Match": '"1"'})
    assert moved.status_code == 200
    assert "Idempotency-Replayed" not in moved.headers


def test_a_request_in_flight_is_409(desk, engine, session, signed_in):
    user_id = session.scalar(text("SELECT max(id) FROM users"))
    name = f"idempotency {user_id} POST /api/v1/things 0c1d-1"
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
    with engine.connect() as elsewhere, elsewhere.begin():
        elsewhere.execute(lock, {"name": name})
        answer = desk.post(THINGS, json={"name": "A"}, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_in_flight")
    assert answer.headers["Retry-After"] == "1"
    assert toy.seen == []
    assert desk.post(THINGS, json={"name": "A"}, headers=KEY).status_code == 201


@pytest.mark.parametrize("body", [{"name": "taken"}, {"size": 1}])
def test_a_refusal_is_not_kept(desk, session, body):
    assert desk.post(THINGS, json=body, headers=KEY).status_code in {409, 422}
    assert session.scalar(select(func.count()).select_from(IdempotencyAnswer)) == 0
    assert desk.post(THINGS, json={"name": "A"}, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "a b", "ä", "a\tb"])
def test_a_malformed_key_is_400(desk, key):
    answer = desk.post(THINGS, json={"name": "A"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_idempotency_key")


def test_answers_are_kept_for_three_days_and_then_forgotten(desk, session):
    desk.post(THINGS, json={"name": "A"}, headers=KEY)
    assert purge_idempotency(session, now=NOW + timedelta(hours=72)) == 0
    assert purge_idempotency(session, now=NOW + timedelta(hours=97)) == 1


def test_a_repeated_upload_is_known_by_its_content_not_its_boundary(toy_app):
    def mark(content, name="a.csv", boundary="one"):
        form = EnvironBuilder(
            path="/api/v1/imports?mapping=x",
            method="POST",
            data={"note": "n", "file": (BytesIO(content), name)},
        )
        raw = form.get_environ()["wsgi.input"].read()
        own = re.search(rb"--(\S+)", raw)[1]
        body = raw.replace(own, boundary.encode())
        kind = f"multipart/form-data; boundary={boundary}"
        with toy_app.test_request_context(
            "/api/v1/imports?mapping=x", method="POST", data=body, content_type=kind
        ) as context:
            done = fingerprint(context.request)
            assert context.request.files["file"].read() == content
            return done

    assert mark(b"a;b") == mark(b"a;b", boundary="two")
    assert mark(b"a;b") != mark(b"a;c")
    assert mark(b"a;b") != mark(b"a;b", name="b.csv")
