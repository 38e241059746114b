"""A clock on the day the dossiers got late."""

from __future__ import annotations

import pytest

from tests.jobs.alerting import Clock, Inbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()
