"""Guessing is slowed down by address and by what codes share; nobody is locked out by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.make import NOW, a_dossier
from tests.web.conftest import KEY, Browser
from tests.web.html import Document, check_readable
from tthc.api.app import create_app
from tthc.domain.look_up import secret_of
from tthc.services.look_up import FAILURES_OF_ADDRESS, FAILURES_OF_PREFIX, purge_failures
from tthc.storage.session import open_database
from tthc.storage.tables.look_up import LookUpFailure
from tthc.web.app import register_pages

HERE, PREFIX = "127.0.0.1", "H44.240-260302"


@pytest.fixture
def guesser(stranger, catalogue):
    stranger.page("/tra-cuu")
    return stranger


@pytest.fixture
def failed(session):
    """Let so many look-ups have failed: ``failed(60, address=HERE)``."""

    def fail(count, *, address="192.0.2.{}", prefix="", at=NOW):
        session.add_all(
            LookUpFailure(prefix=prefix, address=address.format(n), at=at) for n in range(count)
        )
        session.commit()

    return fail


def ask(browser, code=f"{PREFIX}-0001", secret="1" * 15, address=HERE, **headers):
    return browser.send(
        "/tra-cuu",
        {"code": code, "secret": secret},
        headers={"X-Request-ID": "the-same"} | headers,
        environ_overrides={"REMOTE_ADDR": address},
    )


def count(session):
    return session.scalar(select(func.count()).select_from(LookUpFailure))


def test_a_failure_is_counted_without_the_code(guesser, session):
    ask(guesser)
    ask(guesser, code="nonsense")
    found = session.scalars(select(LookUpFailure).order_by(LookUpFailure.id)).all()
    assert [(row.prefix, row.address) for row in found] == [(PREFIX, HERE), ("", HERE)]


def test_a_right_look_up_counts_as_nothing(guesser, session):
    code = a_dossier(session).code
    session.commit()
    assert ask(guesser, code, secret_of(KEY, code, 0)).status_code == 200
    assert count(session) == 0


def test_too_many_from_one_address_are_429_whatever_is_wrong(guesser, failed, session):
    code = a_dossier(session).code
    failed(FAILURES_OF_ADDRESS - 1, address=HERE)
    assert ask(guesser, code).status_code == 404
    answers = [ask(guesser, code), ask(guesser, code, secret_of(KEY, "another", 0))]
    assert {answer.status_code for answer in answers} == {429}
    assert answers[0].headers["Retry-After"] == "900"
    assert list(answers[0].headers) == list(answers[1].headers)
    assert answers[0].data == answers[1].data
    check_readable(Document(answers[0].text))
    assert count(session) == FAILURES_OF_ADDRESS


def test_what_does_not_exist_is_throttled_like_what_does(guesser, failed, session):
    failed(FAILURES_OF_ADDRESS, address=HERE)
    unknown = ask(guesser)
    assert a_dossier(session).code == f"{PREFIX}-0001"
    session.commit()
    known = ask(guesser)
    assert (unknown.status_code, unknown.data) == (known.status_code, known.data)


@pytest.mark.parametrize("limit", ["address", "prefix"])
def test_who_holds_the_slip_is_answered_whatever_a_stranger_did(guesser, failed, session, limit):
    code = a_dossier(session).code
    if limit == "address":
        failed(2 * FAILURES_OF_ADDRESS, address=HERE)
    else:
        failed(2 * FAILURES_OF_PREFIX, prefix=PREFIX)
    assert ask(guesser, code).status_code == 429
    assert ask(guesser, code, secret_of(KEY, code, 0)).status_code == 200


def test_another_address_is_not_held_back(guesser, failed):
    failed(FAILURES_OF_ADDRESS, address=HERE)
    assert ask(guesser).status_code == 429
    assert ask(guesser, address="192.0.2.77").status_code == 404


def test_guesses_from_everywhere_at_the_codes_of_one_day_are_429(guesser, failed):
    failed(FAILURES_OF_PREFIX, prefix=PREFIX)
    assert ask(guesser).status_code == 429
    assert ask(guesser, code="H44.240-260303-0001").status_code == 404


def test_an_address_that_is_only_claimed_counts_as_nothing(guesser, failed):
    failed(FAILURES_OF_ADDRESS, address=HERE)
    assert ask(guesser, **{"X-Forwarded-For": "192.0.2.5"}).status_code == 429


def test_after_a_quarter_of_an_hour_it_is_over_and_forgotten(guesser, failed, session, clock):
    failed(FAILURES_OF_ADDRESS, address=HERE)
    clock.at += timedelta(minutes=14)
    assert ask(guesser).headers["Retry-After"] == "60"
    clock.at += timedelta(minutes=1)
    assert ask(guesser).status_code == 404
    assert purge_failures(session, now=clock.at + timedelta(seconds=1)) == FAILURES_OF_ADDRESS
    assert count(session) == 1


def test_without_the_database_nothing_is_told_but_that(doors):
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    app = create_app(replace(doors, sessions=away))
    register_pages(app)
    browser = Browser(app.test_client())
    assert browser.get("/tra-cuu").status_code == 200
    answer = ask(browser)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    check_readable(Document(answer.text))
    assert "Cơ sở dữ liệu tạm thời không truy cập được" in answer.text
