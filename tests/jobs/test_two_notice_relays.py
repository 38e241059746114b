"""Several relays at once write to each citizen once. Real commits, a real mail server."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from tests import make
from tests.channels.servers import Mailbox, serving
from tests.jobs.alerting import Clock, Inbox, a_post
from tests.jobs.noticing import DELAY, a_told_dossier, letter_rules
from tests.jobs.test_two_relays import together
from tthc.channels.mail import make_mail_sender
from tthc.jobs.delivering import Post, deliver_notices
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.notices import CitizenNotice

COUNT = 60


@pytest.fixture
def citizens(committed_sessions):
    """Sixty citizens with an address each, all to be told of their receipt."""
    with committed_sessions.begin() as session:
        make.a_desk(session)
        for number in range(COUNT):
            a_told_dossier(session, f"citizen-{number}@example.org")


def statuses(sessions):
    with sessions() as session:
        return Counter(session.scalars(select(CitizenNotice.status)))


@pytest.mark.parametrize("size", [7, 200])
def test_relays_at_once_send_each_letter_once(committed_sessions, citizens, size):
    inbox = Inbox()
    post = a_post(committed_sessions, inbox, Clock(make.NOW + DELAY))
    together(lambda: deliver_notices(post, letter_rules(), size=size))
    assert len(set(inbox.addresses)) == len(inbox.messages) == COUNT
    assert statuses(committed_sessions) == {DeliveryStatus.SENT: COUNT}


def test_a_server_that_fails_one_in_three_gets_everything_in_the_end(committed_sessions, citizens):
    clock = Clock(make.NOW + DELAY)
    mailbox = Mailbox("250", "451 later", "drop", "250", "451 later")
    with serving(mailbox) as url:
        post = Post(committed_sessions, {"mail": make_mail_sender(url, timeout=2)}, clock)
        for _ in range(6):
            deliver_notices(post, letter_rules())
            clock.at += timedelta(minutes=5)
    assert statuses(committed_sessions) == {DeliveryStatus.SENT: COUNT}
    letters = [message_from_bytes(letter.content, policy=default) for letter in mailbox.letters]
    copies = Counter(letter["Message-ID"] for letter in letters)
    assert len(copies) == COUNT
    assert sum(copies.values()) - COUNT <= 1, "no more copies than drops after the data"
    assert {len(envelope.rcpt_tos) for envelope in mailbox.letters} == {1}
    assert {letter["Auto-Submitted"] for letter in letters} == {"auto-generated"}
