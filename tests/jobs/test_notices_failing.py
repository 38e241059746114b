"""A letter that does not leave is tried again under its name, and given up in the end."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text

from tests.jobs.alerting import Inbox
from tests.jobs.noticing import a_told_dossier, letter_rules, notices
from tthc.channels.outgoing import FailureKind
from tthc.domain.messages import BACK_OFF, MOST_POISONED_TRIES, MOST_TRIES
from tthc.jobs.delivering import DeliveryReport, revive_parked
from tthc.services.notice_sending import NoticeOutbox
from tthc.services.sending import LEASE
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.notices import CitizenNotice

PARKED = DeliveryStatus.PARKED


def test_a_failure_waits_longer_each_time_and_is_parked_in_the_end(
    session, told_dossier, send, clock
):
    failing = Inbox(failing=FailureKind.REFUSED_5XX)
    for _ in BACK_OFF:
        assert send(failing).failures == 1
        clock.at = notices(session)[0].next_try_at
        if letter_rules().quiet.covers(clock.at):
            clock.at = clock.at.replace(hour=0, minute=0) + timedelta(days=clock.at.hour > 0)
    assert send(failing).parked == 1
    [notice] = notices(session)
    assert (notice.status, notice.attempts) == (PARKED, MOST_TRIES)
    assert notice.last_error == "refused_5xx"


def test_what_was_parked_is_tried_anew_when_somebody_says_so(
    session, sessions, told_dossier, send, inbox, clock
):
    [notice] = notices(session)
    notice.status = PARKED
    session.commit()
    assert send() == DeliveryReport()
    assert revive_parked(sessions, clock=clock) == 1
    assert send().sent == 1


def test_a_crash_after_sending_sends_the_same_letter_under_the_same_id(
    sessions, told_dossier, send, inbox, clock
):
    outbox = NoticeOutbox(letter_rules())
    with sessions.begin() as working:
        [batch] = outbox.claim_page(working, {"mail"}, now=clock(), size=9)
        crashed = outbox.prepare(working, batch, now=clock()).outgoing
    assert send() == DeliveryReport(), "somebody holds it"
    clock.forward(seconds=LEASE.total_seconds())
    assert send().sent == 1
    [again] = inbox.messages
    assert again.message_id == crashed.message_id
    assert again.message_id.startswith("tthc-notice-")


def test_a_dossier_whose_data_break_its_letter_holds_up_nobody_else(
    session, told_dossier, send, inbox, clock
):
    """The day after its due date in Viet Nam is one that Python has not."""
    a_told_dossier(session, "other@example.org")
    last = {"due": "9999-12-31 20:00+00", "late": "infinity", "id": told_dossier.id}
    query = text("UPDATE dossiers SET due_at = :due, overdue_at = :late WHERE id = :id")
    session.execute(query, last)
    session.commit()
    clock.forward(minutes=5)
    assert (send().sent, inbox.addresses) == (1, ["other@example.org"])
    for wait in BACK_OFF[: MOST_POISONED_TRIES - 1]:
        clock.forward(seconds=wait.total_seconds())
        send()
    query = select(CitizenNotice.status, CitizenNotice.last_error, CitizenNotice.attempts)
    assert session.execute(query.order_by(CitizenNotice.id)).first() == (
        PARKED,
        "poisoned",
        MOST_POISONED_TRIES,
    )


def test_a_letter_that_kills_its_relay_is_given_up(session, sessions, told_dossier, send, clock):
    outbox = NoticeOutbox(letter_rules())
    for _ in range(MOST_TRIES):
        with sessions.begin() as working:
            [batch] = outbox.claim_page(working, {"mail"}, now=clock(), size=9)
            outbox.prepare(working, batch, now=clock())
        clock.forward(seconds=LEASE.total_seconds())
    assert send() == DeliveryReport(parked=1)
    assert notices(session)[0].last_error == "interrupted"


def test_a_server_that_is_away_is_asked_once_a_round(session, told_dossier, send, clock):
    a_told_dossier(session, "other@example.org")
    session.commit()
    clock.forward(minutes=5)
    assert send(Inbox(failing=FailureKind.CONNECTION)).failures == 1
    assert sorted(n.attempts for n in notices(session)) == [0, 1]
