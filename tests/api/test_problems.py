"""Whatever goes wrong, the answer is one problem, with the id that the log has."""

import json

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from structlog.testing import capture_logs
from werkzeug.routing import RequestRedirect

from tests.api import toy
from tests.api.conftest import COMMUNE, KEY
from tests.make import NOW
from tthc.api.app import create_app
from tthc.api.problem import respond
from tthc.domain.accounts import Role
from tthc.domain.errors import TthcError
from tthc.serving.context import Doors
from tthc.serving.errors import STATUS
from tthc.serving.problem import FieldFault, Problem, field_faults
from tthc.storage.session import open_database


def test_a_problem_has_every_part_in_two_languages(client):
    answer = client.get("/api/v1/nowhere")
    told = answer.json
    assert answer.content_type == "application/problem+json"
    assert told.pop("request_id") == answer.headers["X-Request-ID"]
    assert told == {
        "type": "/docs/errors#not_found",
        "title": "Không tìm thấy",
        "title_en": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "Không tìm thấy.",
        "detail_en": "there is nothing here",
        "errors": [],
        "facts": {},
    }


def test_a_wrong_method_keeps_the_allow_header(client):
    answer = client.put("/api/v1/sessions")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize("given", ["a" * 64, "2026-03-02-A"])
def test_a_well_formed_request_id_is_kept(client, given):
    answer = client.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", "<script>", "ä"])
def test_another_request_id_is_replaced(client, given):
    answer = client.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] != given
    assert len(answer.headers["X-Request-ID"]) == 32


def test_every_family_of_refusals_has_a_status():
    assert {kind for kind in TthcError.__subclasses__() if kind.__module__ == "tthc.domain.errors"}
    families = {kind for kind, _ in STATUS}
    local = {"MalformedJsonError", "IfMatchMalformedError", "KeyMalformedError"}
    missing = {kind.__name__ for kind in TthcError.__subclasses__()} - local
    assert missing == {kind.__name__ for kind in families}


@pytest.fixture
def breaking(desk):
    def break_by(way):
        with capture_logs() as lines:
            answer = desk.get(f"/api/v1/things/broken/{way}")
        return answer, lines

    return break_by


def test_a_bug_tells_nothing_but_the_request_id(breaking):
    answer, lines = breaking("syntax")
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    assert "SELEKT" not in answer.text
    assert "Bí Mật" not in json.dumps(lines, ensure_ascii=False).replace("\\", "")
    assert lines[0]["kind"] == "ProgrammingError"


def test_a_statement_that_takes_too_long_is_503(breaking):
    answer, _ = breaking("timeout")
    assert (answer.status_code, answer.json["code"]) == (503, "database_busy")
    assert answer.headers["Retry-After"] == "2"


def test_a_value_no_column_can_hold_is_422(breaking):
    answer, _ = breaking("range")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")


def test_a_broken_constraint_is_the_conflict_it_means(breaking):
    answer, _ = breaking("user")
    assert (answer.status_code, answer.json["code"]) == (409, "already_exists")
    assert answer.json["errors"][0]["field"] == "username"


def test_a_broken_constraint_nobody_can_cause_is_a_bug(breaking):
    assert breaking("unnamed")[0].status_code == 500


def test_an_unreachable_database_is_503():
    sessions = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = create_app(Doors(sessions, lambda: NOW, KEY)).test_client()
    token = {"Authorization": "Bearer " + "a" * 43}
    answer = client.get("/api/v1/sessions/current", headers=token)
    assert (answer.status_code, answer.json["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"] == "2"


def test_a_connection_that_is_cut_is_503(database_url, doors):
    sessions = open_database(database_url)
    app = create_app(Doors(sessions, lambda: NOW, KEY), (toy.bp,))
    with app.test_request_context("/"):
        from sqlalchemy import text  # noqa: PLC0415
        from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

        with pytest.raises(DBAPIError) as caught, sessions.begin() as session:
            session.execute(text(toy.WAYS["killed"]))
        answer = app.handle_user_exception(caught.value)
    assert app.make_response(answer).status_code == 503
    sessions.kw["bind"].dispose()


def test_an_exhausted_pool_is_503(app):
    with app.test_request_context("/"):
        answer = app.make_response(app.handle_user_exception(PoolTimeoutError("full")))
    assert (answer.status_code, answer.json["code"]) == (503, "database_unavailable")


def test_a_request_leaves_one_line_without_personal_data(desk):
    with capture_logs() as lines:
        desk.get("/api/v1/things/broken/H44.240-260302-0001?name=An")
    assert len(lines) == 1
    assert lines[0]["route"] == "/api/v1/things/broken/<code>"
    assert lines[0]["status"] == 422
    assert isinstance(lines[0]["user_id"], int)
    assert "0001" not in json.dumps(lines)
    assert set(lines[0]) == {
        "event", "log_level", "method", "route", "status", "ms", "request_id", "user_id",
    }  # fmt: skip


def test_security_headers_are_on_every_answer(client, signed_in):
    caller = signed_in((Role.OFFICER, COMMUNE))
    answers = [
        client.get("/health/live"),
        client.get("/api/v1/nowhere"),
        caller.get("/api/v1/sessions/current"),
    ]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_row_that_changed_meanwhile_is_412(app):
    with app.test_request_context("/"):
        answer = app.make_response(app.handle_user_exception(StaleDataError("1 row expected")))
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")


def test_a_status_of_our_own_has_a_title_all_the_same(app):
    with app.test_request_context("/"):
        answer = respond(Problem(499, "gone_away", "Mất kết nối.", "the caller went away"))
    assert answer.json["title_en"] == "Error"


def test_a_message_without_a_code_is_told_as_it_is():
    assert field_faults({"a": {0: ["odd"]}, "_schema": ["whole"]}) == [
        FieldFault("a.0", "invalid", "Giá trị không hợp lệ.", "odd"),
        FieldFault("", "invalid", "Giá trị không hợp lệ.", "whole"),
    ]


def test_a_redirect_is_no_problem(app):
    with app.test_request_context("/"):
        answer = app.make_response(app.handle_user_exception(RequestRedirect("/there")))
    assert (answer.status_code, answer.headers["Location"]) == (308, "/there")
