"""A clock on the day the dossiers got late."""

from __future__ import annotations

import pytest

from tests.jobs.alerting import Clock, Inbox, a_late_dossier, a_staffed_desk, raise_and_route


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def dossiers(session, sessions, clock):
    """Three dossiers on their first day late, their alerts routed to officer and manager."""
    a_staffed_desk(session)
    made = [a_late_dossier(session) for _ in range(3)]
    session.commit()
    raise_and_route(sessions, clock)
    return [dossier.code for dossier in made]
