"""An application on the test's savepoint, and callers of every role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from tests.api import toy
from tests.make import CHEAP, NOW, PASSWORD, TAN_LAC
from tthc.api.app import BLUEPRINTS, create_app
from tthc.domain.accounts import Role
from tthc.domain.reference import UnitLevel
from tthc.services.accounts import NewUser, add_user, grant_role
from tthc.services.sign_in import begin_sign_in, complete_sign_in
from tthc.serving.context import Doors
from tthc.storage.tables.reference import Unit

KEY = "a key for tests"

PROVINCE, COMMUNE, NEIGHBOUR = "98", "98001", "98002"


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def doors(sessions: sessionmaker[Session], clock: Clock) -> Doors:
    return Doors(sessions=sessions, clock=clock, secret_key=KEY, hash_cost=CHEAP)


@pytest.fixture
def app(doors: Doors) -> Flask:
    return create_app(doors)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A caller who is not signed in."""
    return app.test_client()


@pytest.fixture
def units(session: Session) -> None:
    """One province with two communes."""
    made = date(2025, 7, 1)
    places = [
        (PROVINCE, UnitLevel.PROVINCE, None),
        (COMMUNE, UnitLevel.COMMUNE, PROVINCE),
        (NEIGHBOUR, UnitLevel.COMMUNE, PROVINCE),
    ]
    for code, level, parent in places:
        session.add(
            Unit(
                code=code,
                level=level,
                parent_code=parent,
                name=f"Đơn vị {code}",
                name_search=f"don vi {code}",
                valid_from=made,
                source="test",
            )
        )
        session.flush()
    session.commit()


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def signed_in(app: Flask, sessions: sessionmaker[Session], clock: Clock, units: None) -> SignIn:
    """Make a client of a new user: ``signed_in((Role.OFFICER, COMMUNE), ...)``."""
    made: list[str] = []

    def sign_in(*grants: tuple[Role, str | None], username: str = "") -> FlaskClient:
        name = username or f"user-{len(made)}"
        made.append(name)
        with sessions.begin() as session:
            add_user(session, NewUser(name, "Người dùng", PASSWORD), cost=CHEAP, now=NOW)
            for role, unit_code in grants:
                grant_role(session, name, role, unit_code, now=NOW)
            attempt = begin_sign_in(session, name, "test", secret_key=KEY, now=clock())
            session.flush()
            opened = complete_sign_in(session, attempt, is_right=True, now=clock())
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {opened.token}"
        return client

    return sign_in


@pytest.fixture
def toy_app(doors: Doors) -> Flask:
    """The application with a resource of no meaning."""
    toy.seen.clear()
    return create_app(doors, (*BLUEPRINTS, toy.bp))


@pytest.fixture
def desk(toy_app: Flask, signed_in: SignIn) -> FlaskClient:
    """The toy application as a reception clerk of one commune sees it."""
    made = toy_app.test_client()
    made.environ_base.update(signed_in((Role.RECEPTION, COMMUNE)).environ_base)
    return made


@pytest.fixture
def manager(signed_in: SignIn) -> FlaskClient:
    """The manager of Tân Lạc, where the module has its reference data."""
    return signed_in((Role.MANAGER, TAN_LAC))
