"""The application with its pages on the test's savepoint, and browsers of every role."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.make import CHEAP, NOW, PASSWORD, a_desk, a_user
from tests.web.html import Document
from tthc.api.app import create_app
from tthc.serving.context import Doors
from tthc.web.app import register_pages

KEY = "a key for tests"
TOKEN = re.compile(r'name="_token" value="([0-9a-f]{64})"')


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


class Browser:
    """A client that keeps cookies and sends the token of the page it has seen."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, address: str, **rest):
        answer = self.client.get(address, **rest)
        if found := TOKEN.search(answer.text):
            self.token = found[1]
        return answer

    def page(self, address: str) -> Document:
        answer = self.get(address)
        assert answer.status_code == 200, (answer.status_code, answer.headers, answer.text)
        return Document(answer.text)

    def send(self, address: str, fields: dict[str, str], **rest):
        return self.client.post(address, data={"_token": self.token, **fields}, **rest)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def doors(sessions, clock) -> Doors:
    return Doors(sessions=sessions, clock=clock, secret_key=KEY, hash_cost=CHEAP)


@pytest.fixture
def app(doors: Doors) -> Flask:
    app = create_app(doors)
    register_pages(app)
    return app


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(app.test_client())


@pytest.fixture
def catalogue(session) -> None:
    """The project's own reference data."""
    a_desk(session)
    session.commit()


@pytest.fixture
def signed_in(app: Flask, session, catalogue) -> Callable[..., Browser]:
    """Make a browser of a new user: ``signed_in((Role.OFFICER, TAN_LAC), ...)``."""
    made: list[str] = []

    def sign_in(*grants) -> Browser:
        name = f"user-{len(made)}"
        made.append(name)
        a_user(session, name, *grants)
        session.commit()
        browser = Browser(app.test_client())
        browser.get("/sign-in")
        answer = browser.send("/sign-in", {"username": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser

    return sign_in


@pytest.fixture
def statements(engine):
    """Count what is asked of the database meanwhile: ``with statements() as asked``."""

    @contextmanager
    def counting():
        asked: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if "SAVEPOINT" not in statement:
                asked.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
