"""Tasks on the test's savepoint, with a clock that stands still."""

from __future__ import annotations

import pytest
from celery import Celery

from tests.jobs.alerting import Clock
from workers.app import make_app
from workers.context import Doors


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def doors(sessions, clock) -> Doors:
    return Doors(lambda: sessions, clock)


@pytest.fixture
def app(doors) -> Celery:
    return make_app("unix:///nowhere/valkey.sock", doors)
