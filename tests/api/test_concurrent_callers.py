"""Many callers at once, on connections and commits of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from tests.api.conftest import KEY
from tests.make import CHEAP, NOW, PASSWORD
from tthc.api.app import BLUEPRINTS, create_app
from tthc.api.blueprint import Blueprint, created
from tthc.domain.accounts import Permission, Role
from tthc.services.accounts import NewUser, add_user, grant_role
from tthc.serving.context import Doors
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Integer
from tthc.storage.tables.accounts import LoginFailure

COUNTERS = "/api/v1/counters"


class CountSchema(BaseSchema):
    number = Integer(required=True)


COUNT = CountSchema()
bp = Blueprint("counters", __name__, url_prefix=COUNTERS, description="Counters")


@bp.post("", allow=Permission.USER_ADMIN, idempotent=True)
@bp.response(201, COUNT)
@bp.arguments(COUNT)
def count_up(call, wanted):
    """Count one effect, slowly."""
    took = text("INSERT INTO effects SELECT pg_sleep(0.05) IS NULL RETURNING number")
    return created({"number": call.session.scalar(took)}, COUNTERS)


@pytest.fixture
def app(committed_sessions):
    with committed_sessions.begin() as session:
        add_user(session, NewUser("root.admin", "Quản trị", PASSWORD), cost=CHEAP, now=NOW)
        grant_role(session, "root.admin", Role.ADMINISTRATOR, now=NOW)
        session.execute(text("CREATE TABLE effects (slow bool, number serial)"))
    doors = Doors(committed_sessions, lambda: NOW, KEY, hash_cost=CHEAP)
    return create_app(doors, (*BLUEPRINTS, bp))


def sign_in(app, password=PASSWORD):
    body = {"username": "root.admin", "password": password}
    return app.test_client().post("/api/v1/sessions", json=body)


def test_fifty_requests_with_one_key_have_one_effect(app, committed_sessions):
    headers = {"Authorization": f"Bearer {sign_in(app).json['token']}", "Idempotency-Key": "k"}

    def ask(_number):
        return app.test_client().post(COUNTERS, json={"number": 1}, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(50)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}, statuses
    assert {answer.data for answer in answers if answer.status_code == 201} == {b'{"number":1}\n'}
    assert (
        sum("Idempotency-Replayed" not in a.headers for a in answers if a.status_code == 201) == 1
    )
    with committed_sessions.begin() as session:
        assert session.scalar(text("SELECT count(*) FROM effects")) == 1


def test_parallel_guesses_do_not_outrun_the_limit(app, committed_sessions):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sign_in(app, "wrong").status_code, range(40)))
    assert Counter(answers) == {401: 10, 429: 30}
    with committed_sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(LoginFailure)) == 10
