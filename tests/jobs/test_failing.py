"""What fails is put off, tried again under the same name, and parked in the end."""

from __future__ import annotations

from datetime import timedelta

from tests import make
from tests.jobs.alerting import (
    LATE,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    deliveries,
    raise_and_route,
    somebody,
)
from tests.make import TAN_LAC
from tthc.channels.outgoing import FailureKind
from tthc.domain.accounts import Role
from tthc.domain.messages import BACK_OFF, MOST_TRIES
from tthc.jobs.delivering import DeliveryReport, Post, deliver_all, revive_parked, route_all
from tthc.jobs.sweeping import sweep
from tthc.services.deliveries import LEASE, claim_page, prepare
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.webhooks import Webhook

OFFICER, MANAGER = "officer@example.org", "manager@example.org"
SENT, PARKED, WAITING = DeliveryStatus.SENT, DeliveryStatus.PARKED, DeliveryStatus.WAITING
WITHDRAWN = DeliveryStatus.WITHDRAWN


def states(session):
    return {delivery.status for delivery in deliveries(session)}


def test_a_failure_waits_longer_each_time_and_is_parked_in_the_end(
    session, sessions, clock, dossiers
):
    inbox = Inbox(failing=FailureKind.REFUSED_4XX)
    post = a_post(sessions, inbox, clock)
    for wait in BACK_OFF:
        assert deliver_all(post).failures == 2
        assert deliver_all(post) == DeliveryReport()
        assert {d.next_try_at - clock.at for d in deliveries(session)} == {wait}
        clock.forward_to_opening(wait)
    assert deliver_all(post).parked == 6
    assert {(d.status, d.attempts, d.last_error) for d in deliveries(session)} == {
        (PARKED, MOST_TRIES, "refused_4xx")
    }
    assert deliver_all(post) == DeliveryReport()


def test_a_server_that_is_away_is_asked_once_a_round(session, sessions, clock, dossiers):
    inbox = Inbox(failing=FailureKind.CONNECTION)
    assert deliver_all(a_post(sessions, inbox, clock)).failures == 1
    assert sorted(d.attempts for d in deliveries(session)) == [0, 0, 0, 1, 1, 1]
    assert {d.leased_until for d in deliveries(session)} == {None}


def test_one_bad_address_holds_up_nobody_else(sessions, clock, dossiers):
    inbox = Inbox(failing=FailureKind.REFUSED_5XX, failing_for=frozenset({OFFICER}))
    report = deliver_all(a_post(sessions, inbox, clock))
    assert (report.sent, report.failures) == (3, 1)
    assert inbox.addresses == [MANAGER]


def test_a_crash_after_sending_sends_the_same_message_under_the_same_id(
    session, sessions, clock, inbox, dossiers
):
    with sessions.begin() as working:
        batches = claim_page(working, {"mail"}, now=clock())
        crashed = [prepare(working, batch, now=clock()).outgoing for batch in batches]
    a_late_dossier(session)
    session.commit()
    raise_and_route(sessions, clock)
    post = a_post(sessions, inbox, clock)
    assert deliver_all(post).sent == 2, "only what nobody holds"
    clock.forward(seconds=LEASE.total_seconds())
    assert deliver_all(post).sent == 6
    again = {m.message_id: len(m.lines) for m in inbox.messages[2:]}
    assert again == {m.message_id: 3 for m in crashed if m}
    assert states(session) == {SENT}


def test_a_message_that_kills_its_relay_is_parked_and_the_rest_goes_out(
    session, sessions, clock, inbox, dossiers
):
    for _ in range(MOST_TRIES):
        with sessions.begin() as working:
            [first, *_rest] = claim_page(working, {"mail"}, now=clock())
            prepare(working, first, now=clock())
        clock.forward(seconds=LEASE.total_seconds())
    report = deliver_all(a_post(sessions, inbox, clock))
    assert (report.parked, report.sent) == (3, 3)
    assert {d.last_error for d in deliveries(session)} == {None, "interrupted"}


def test_a_relay_that_lost_its_lease_sends_nothing(sessions, clock, dossiers):
    with sessions.begin() as working:
        [stale, *_rest] = claim_page(working, {"mail"}, now=clock())
    clock.forward(seconds=LEASE.total_seconds())
    with sessions.begin() as working:
        claim_page(working, {"mail"}, now=clock())
    with sessions.begin() as working:
        assert prepare(working, stale, now=clock()).outgoing is None


def test_stopping_ends_after_the_message_and_gives_the_rest_back(
    session, sessions, clock, inbox, dossiers
):
    post = Post(sessions, {"mail": inbox}, clock, lambda: bool(inbox.messages))
    assert deliver_all(post).messages == 1
    rest = [d for d in deliveries(session) if d.status is WAITING]
    assert {(d.leased_until, d.attempts) for d in rest} == {(None, 0)}


def test_without_a_mail_server_mail_waits(session, sessions, clock, dossiers):
    assert deliver_all(Post(sessions, {}, clock)) == DeliveryReport()
    assert states(session) == {WAITING}


def test_a_webhook_that_is_away_does_not_hold_up_mail_or_another_webhook(
    session, sessions, clock, inbox
):
    a_staffed_desk(session)
    for name in ("a", "b"):
        url = f"https://{name}.example.org/"
        session.add(Webhook(url=url, secret=f"secret {name}", created_at=LATE))
    a_late_dossier(session)
    session.commit()
    raise_and_route(sessions, clock)
    down = frozenset({"https://a.example.org/"})
    calls = Inbox(failing=FailureKind.TIMEOUT, failing_for=down)
    report = deliver_all(a_post(sessions, inbox, clock, webhook=calls))
    assert (report.messages, report.failures) == (3, 1)
    [called] = calls.messages
    assert (called.address, called.secret) == ("https://b.example.org/", "secret b")


def test_a_lease_outlives_the_longest_send():
    assert timedelta(minutes=1) < LEASE


def test_the_sweep_goes_on_while_mail_is_refused(session, sessions, clock, dossiers):
    deliver_all(a_post(sessions, Inbox(failing=FailureKind.TIMEOUT), clock))
    clock.forward(days=4)
    assert sweep(sessions, clock=clock).raised == 2 * 3  # late by 3 days, and no apology given


def test_what_was_parked_is_tried_anew_when_somebody_says_so(
    session, sessions, clock, inbox, dossiers
):
    failing = a_post(sessions, Inbox(failing=FailureKind.REFUSED_5XX), clock)
    for wait in (*BACK_OFF, timedelta(0)):
        deliver_all(failing)
        clock.forward_to_opening(wait)
    assert states(session) == {PARKED}
    assert revive_parked(sessions, clock=clock) == 6
    assert deliver_all(a_post(sessions, inbox, clock)).sent == 6
    assert revive_parked(sessions, clock=clock) == 0


def test_an_alert_that_nobody_heard_finds_who_came_later(session, sessions, clock, inbox):
    make.a_desk(session)
    a_late_dossier(session, officer=None)
    session.commit()
    raise_and_route(sessions, clock)
    assert states(session) == {PARKED}
    assert revive_parked(sessions, clock=clock) == 1
    route_all(sessions, clock=clock)
    assert states(session) == {PARKED}
    somebody(session, "manager", (Role.MANAGER, TAN_LAC))
    session.commit()
    revive_parked(sessions, clock=clock)
    route_all(sessions, clock=clock)
    deliver_all(a_post(sessions, inbox, clock))
    assert inbox.addresses == [MANAGER]


def test_who_is_away_holds_up_no_other_server_however_much_waits_for_it(
    session, sessions, clock, dossiers
):
    """Pages of two deliveries: six wait for mail, which is away, and three each for a webhook."""
    for name in ("a", "b"):
        url = f"https://{name}.example.org/"
        session.add(Webhook(url=url, secret="s", unit_code=TAN_LAC, created_at=LATE))
    session.flush()
    for _ in range(3):
        a_late_dossier(session)
    session.commit()
    raise_and_route(sessions, clock)
    down = frozenset({"https://a.example.org/"})
    calls = Inbox(failing=FailureKind.TIMEOUT, failing_for=down)
    mail = Inbox(failing=FailureKind.CONNECTION)
    deliver_all(a_post(sessions, mail, clock, webhook=calls), size=2)
    assert {message.address for message in calls.messages} == {"https://b.example.org/"}
    assert sum(len(message.lines) for message in calls.messages) == 3
    assert {d.leased_until for d in deliveries(session)} == {None}
