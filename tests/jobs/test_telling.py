"""Mails leave in working hours: urgent ones at once, all others as one digest a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests import make
from tests.jobs.alerting import (
    LATE,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    act,
    deliveries,
    raise_and_route,
)
from tthc.channels.outgoing import FailureKind
from tthc.domain.lifecycle import Action
from tthc.jobs.delivering import deliver_all
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.webhooks import Webhook


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


@pytest.fixture
def told(sessions, clock, inbox):
    """Let the relay go round at a moment; return how many dossiers each mail tells, by person."""

    def tell(moment: str) -> dict[str, int]:
        clock.at = at(moment)
        inbox.messages.clear()
        raise_and_route(sessions, clock)
        deliver_all(a_post(sessions, inbox, clock))
        heard = {m.address.partition("@")[0]: m for m in inbox.messages}
        assert len(heard) == len(inbox.messages), "nobody gets two mails in one round"
        return {name: len({x.dossier_code for x in m.lines}) for name, m in heard.items()}

    return tell


@pytest.fixture(autouse=True)
def desk(session):
    a_staffed_desk(session)
    for _ in range(3):
        a_late_dossier(session)
    session.commit()


def test_what_is_found_at_midnight_is_told_in_the_morning_as_one_mail(told):
    assert told("2026-03-06T00:00") == {}
    assert told("2026-03-06T07:29") == {}
    assert told("2026-03-06T07:30") == {"officer": 3, "manager": 3}
    assert told("2026-03-06T07:31") == {}


def test_a_weekend_is_quiet(told):
    assert told("2026-03-07T10:00") == {}
    assert told("2026-03-08T10:00") == {}
    assert told("2026-03-09T07:30") == {"officer": 3, "manager": 3}


def test_three_days_without_a_sweep_are_one_digest(told):
    assert told("2026-03-13T10:00") == {}
    assert told("2026-03-13T10:02") == {"officer": 3, "manager": 3}
    assert told("2026-03-13T16:59") == {}


def test_what_the_sweep_finds_after_the_digest_waits_for_the_next_morning(session, told):
    told("2026-03-10T00:00")
    assert told("2026-03-10T07:30") == {"officer": 3, "manager": 3}
    a_late_dossier(session)
    session.commit()
    assert told("2026-03-10T10:00") == {}
    assert told("2026-03-11T07:30") == {"officer": 1, "manager": 1}


def test_an_urgent_matter_is_told_at_once_and_the_next_ones_together(session, told):
    """A limit of one working hour runs out twice in the forenoon, a few minutes apart."""
    told("2026-03-06T00:00")
    told("2026-03-06T07:30")
    for minute in (0, 3, 6):
        hour = {"procedure_code": "2.001159", "now": at(f"2026-03-06T08:{minute:02}")}
        a_dossier_in_hours(session, **hour)
    session.commit()
    assert told("2026-03-06T09:01")["manager"] == 1
    for minute in (4, 7, 15):
        assert "manager" not in told(f"2026-03-06T09:{minute:02}")
    assert told("2026-03-06T09:16")["manager"] == 2


def a_dossier_in_hours(session, **changes):
    dossier = make.a_dossier(session, **changes)
    session.flush()
    act(session, dossier.code, Action.HAND_OVER, officer="officer", now=changes["now"])


def test_a_relay_that_comes_back_at_night_waits_for_the_morning(session, sessions, clock, told):
    clock.at = LATE
    raise_and_route(sessions, clock)
    assert told("2026-03-06T23:00") == {}
    assert {d.status for d in deliveries(session)} == {DeliveryStatus.WAITING}
    assert {d.attempts for d in deliveries(session)} == {0}
    assert told("2026-03-09T07:30") == {"officer": 3, "manager": 3}


def test_a_program_is_told_at_any_hour(session, sessions, clock):
    url = "https://system.example.org/alerts"
    session.add(Webhook(url=url, secret="s", unit_code=None, created_at=LATE))
    session.commit()
    clock.at = at("2026-03-06T00:00")
    raise_and_route(sessions, clock)
    calls = Inbox()
    deliver_all(a_post(sessions, Inbox(), clock, webhook=calls))
    assert [len(message.lines) for message in calls.messages] == [3]


def test_mail_that_fails_is_tried_again_in_working_hours_only(sessions, clock, session):
    clock.at = at("2026-03-06T16:50")
    raise_and_route(sessions, clock)
    deliver_all(a_post(sessions, Inbox(failing=FailureKind.REFUSED_4XX), clock))
    clock.at = at("2026-03-06T17:05")
    assert deliver_all(a_post(sessions, Inbox(), clock)).messages == 0
    clock.at = at("2026-03-09T07:30")
    assert deliver_all(a_post(sessions, Inbox(), clock)).messages == 2
