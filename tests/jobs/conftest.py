"""A clock on the day the dossiers got late."""

from __future__ import annotations

import pytest

from tests import make
from tests.jobs.alerting import (
    Clock,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    raise_and_route,
)
from tests.jobs.noticing import DELAY, a_told_dossier, letter_rules
from tthc.jobs.delivering import DeliveryReport, deliver_notices


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


@pytest.fixture
def told_dossier(session, clock):
    """Received at 10:00 on Monday 2 March 2026 and due on Thursday; it is 10:05 now."""
    make.a_desk(session)
    made = a_told_dossier(session)
    session.commit()
    clock.at = make.NOW + DELAY
    return made


@pytest.fixture
def send(sessions, clock, inbox):
    def sending(sender: Inbox = inbox) -> DeliveryReport:
        return deliver_notices(a_post(sessions, sender, clock), letter_rules())

    return sending
