"""Messages sent once more: in order, under their ids, as long as the receiver takes them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.jobs.alerting import LATE, Inbox, a_post
from tests.jobs.test_webhook_messages import a_webhook, write
from tests.make import everybody
from tthc.channels.outgoing import FailureKind
from tthc.domain.messages import BACK_OFF, MOST_TRIES
from tthc.jobs.resending import ResendReport, resend_some
from tthc.services.resends import (
    LEASE,
    ResendRunningError,
    WebhookOffError,
    ask_ping,
    ask_resend,
    claim_step,
    record_taken,
)
from tthc.services.webhook_messages import CursorAheadError, purge_messages
from tthc.services.webhooks import disable_webhook, enable_webhook, get_webhook


@pytest.fixture
def hook(session):
    number = a_webhook(session)
    write(session, number, 5)
    session.commit()
    return number


@pytest.fixture
def receiver():
    return Inbox()


@pytest.fixture
def go(sessions, clock, receiver):
    return lambda **how: resend_some(a_post(sessions, Inbox(), clock, webhook=receiver), **how)


def ask(session, hook, after=2):
    ask_resend(session, hook, everybody(), after, now=LATE)
    session.commit()


def state(session, hook):
    return get_webhook(session, hook, everybody()).resend


def test_what_lies_behind_the_cursor_is_sent_again_as_it_was(session, hook, receiver, go):
    ask(session, hook)
    assert go() == ResendReport(messages=3)
    assert [(m.message_id, m.body) for m in receiver.messages] == [
        (f"id-{hook}-{n}", str(n)) for n in (3, 4, 5)
    ]
    assert (state(session, hook).reached, state(session, hook).ended_at) == (5, LATE)
    assert go() == ResendReport()


def test_one_that_is_not_taken_holds_up_those_behind_it(session, hook, clock, receiver, go):
    ask(session, hook)
    receiver.failing = FailureKind.REFUSED_5XX
    assert go() == ResendReport(failures=1)
    assert state(session, hook).last_error == "refused_5xx"
    receiver.failing = None
    assert go() == ResendReport()
    clock.forward(minutes=1)
    assert go() == ResendReport(messages=3)
    assert state(session, hook).last_error is None


def test_it_is_given_up_after_eight_tries_of_one_message_and_says_so(
    session, hook, clock, receiver, go
):
    ask(session, hook)
    receiver.failing = FailureKind.TIMEOUT
    for wait in (*BACK_OFF, timedelta(0)):
        assert go() == ResendReport(failures=1)
        clock.forward(seconds=wait.total_seconds())
    found = state(session, hook)
    assert (found.reached, found.attempts, found.last_error) == (2, MOST_TRIES, "timeout")
    assert found.ended_at is not None
    clock.forward(days=9)
    assert go() == ResendReport()


def test_a_long_one_leaves_room_for_alerts(session, hook, receiver, go):
    ask(session, hook, after=0)
    assert go(most=2).messages == 2
    assert state(session, hook).reached == 2
    assert go().messages == 3


def test_two_webhooks_do_not_wait_for_each_other(session, hook, receiver, go):
    other = a_webhook(session, "b")
    write(session, other, 1)
    ask(session, hook)
    ask(session, other, after=0)
    receiver.failing, receiver.failing_for = FailureKind.TIMEOUT, {"https://a.example.org/"}
    assert go() == ResendReport(messages=1, failures=1)
    assert receiver.addresses == ["https://b.example.org/"]


def test_one_at_a_time_and_only_to_who_is_switched_on(session, hook):
    ask(session, hook)
    for again in (ask_resend, ask_ping):
        more = (3,) if again is ask_resend else ()
        with pytest.raises(ResendRunningError):
            again(session, hook, everybody(), *more, now=LATE)
    other = a_webhook(session, "b")
    disable_webhook(session, other, everybody())
    with pytest.raises(WebhookOffError):
        ask_ping(session, other, everybody(), now=LATE)
    with pytest.raises(CursorAheadError):
        ask_resend(session, a_webhook(session, "c"), everybody(), 1, now=LATE)


def test_a_webhook_switched_off_meanwhile_waits(session, hook, receiver, go):
    ask(session, hook)
    disable_webhook(session, hook, everybody())
    session.commit()
    assert go() == ResendReport()
    enable_webhook(session, hook, everybody())
    session.commit()
    assert go().messages == 3


def test_nothing_to_send_again_ends_at_once(session, hook, receiver, go):
    ask(session, hook, after=5)
    assert go() == ResendReport()
    assert state(session, hook).ended_at == LATE


def test_what_was_forgotten_meanwhile_is_passed_over(session, hook, receiver, go):
    ask(session, hook)
    purge_messages(session, now=LATE + timedelta(days=31))
    session.commit()
    assert go() == ResendReport()
    assert state(session, hook).last_error is None


def test_a_ping_is_a_message_like_any_other(session, hook, receiver, go):
    ask_ping(session, hook, everybody(), now=LATE)
    session.commit()
    assert go() == ResendReport(messages=1)
    [ping] = receiver.messages
    told = json.loads(ping.body)
    assert (told["kind"], told["sequence"]) == ("ping", 6)
    assert told["message_id"] == ping.message_id


def test_a_killed_relay_sends_it_again_and_not_for_ever(session, sessions, hook, clock, go):
    ask(session, hook)
    for _ in range(MOST_TRIES):
        with sessions.begin() as working:
            assert claim_step(working, now=clock()).sequence == 3
        assert go() == ResendReport()
        clock.forward(seconds=LEASE.total_seconds())
    assert go() == ResendReport()
    assert state(session, hook).last_error == "interrupted"


def test_a_relay_that_lost_its_lease_turns_nothing_back(session, sessions, hook, clock, go):
    ask(session, hook)
    with sessions.begin() as working:
        slow = claim_step(working, now=clock())
    clock.forward(seconds=LEASE.total_seconds())
    assert go().messages == 3
    with sessions.begin() as working:
        record_taken(working, slow, now=clock())
    assert state(session, hook).reached == 5
