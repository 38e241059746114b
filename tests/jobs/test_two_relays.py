"""Two relays, two routers and two sweeps at once: every effect once. Real commits."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes

import pytest
from sqlalchemy import func, select

from tests.channels.servers import Mailbox, serving
from tests.jobs.alerting import (
    Clock,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    act,
    raise_and_route,
    somebody,
)
from tests.make import MUONG_BI, TAN_LAC
from tthc.channels.mail import make_mail_sender
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.jobs.delivering import Post, deliver_all, route_all
from tthc.jobs.sweeping import sweep
from tthc.storage.tables.alerts import Alert, Delivery, DeliveryStatus
from tthc.storage.tables.dossiers import Dossier

RELAYS = 4


@pytest.fixture
def dossiers(committed_sessions):
    """Forty late dossiers in two communes with six recipients."""
    with committed_sessions.begin() as session:
        a_staffed_desk(session)
        for number in range(4):
            somebody(session, f"manager-{number}", (Role.MANAGER, (TAN_LAC, MUONG_BI)[number % 2]))
        for number in range(40):
            a_late_dossier(session, resolving_unit=(TAN_LAC, MUONG_BI)[number % 2])


def together(work, times=RELAYS):
    gate = threading.Barrier(times)

    def run(_number):
        gate.wait()
        return work()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_sweeps_at_once_raise_each_alert_once(committed_sessions, dossiers):
    reports = together(lambda: sweep(committed_sessions, clock=Clock(), size=7))
    assert sum(report.raised for report in reports) == 40
    with committed_sessions() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 40


def test_routers_at_once_route_each_alert_once(committed_sessions, dossiers):
    clock = Clock()
    sweep(committed_sessions, clock=clock)
    reports = together(lambda: route_all(committed_sessions, clock=clock, size=3))
    assert sum(report.routed for report in reports) == 40
    with committed_sessions() as session:
        rows = session.execute(select(Delivery.alert_id, Delivery.user_id)).all()
    assert len(rows) == len(set(rows)) > 40


@pytest.mark.parametrize("size", [7, 2_000])
def test_relays_at_once_send_each_delivery_once(committed_sessions, dossiers, size):
    clock = Clock()
    raise_and_route(committed_sessions, clock)
    inbox = Inbox()
    together(lambda: deliver_all(a_post(committed_sessions, inbox, clock), size=size))
    told = Counter((m.address, line.dossier_code) for m in inbox.messages for line in m.lines)
    with committed_sessions() as session:
        states = session.scalars(select(Delivery.status)).all()
    assert set(states) == {DeliveryStatus.SENT}
    assert set(told.values()) == {1}
    assert len(told) == len(states)


def test_a_server_that_fails_one_in_three_gets_everything_in_the_end(committed_sessions, dossiers):
    clock = Clock()
    raise_and_route(committed_sessions, clock)
    mailbox = Mailbox("250", "451 later", "drop", "250", "451 later")
    with serving(mailbox) as url:
        post = Post(committed_sessions, {"mail": make_mail_sender(url, timeout=2)}, clock)
        for _ in range(6):
            deliver_all(post)
            clock.forward(minutes=5)
    with committed_sessions() as session:
        rows = session.execute(select(Delivery.status, Delivery.message_id)).all()
    assert {status for status, _ in rows} == {DeliveryStatus.SENT}
    seen = Counter(_message_id(letter.content) for letter in mailbox.letters)
    assert {key: n for key, n in seen.items() if n > 1}.keys() <= {key for _, key in rows}
    assert seen.keys() == {key for _, key in rows}
    assert sum(seen.values()) - len(seen) <= 1, "no more copies than drops after the data"


def test_a_dossier_that_ends_while_mail_goes_out_is_not_told_after(committed_sessions, dossiers):
    clock = Clock()
    raise_and_route(committed_sessions, clock)
    with committed_sessions() as session:
        codes = {row.code for row in session.execute(select(Dossier.code))}
    ended = sorted(codes)[:5]

    class FinishingInbox(Inbox):
        def send(self, message):
            if not self.messages:
                with committed_sessions.begin() as session:
                    for code in ended:
                        act(session, code, Action.FINISH, now=clock())
            super().send(message)

    inbox = FinishingInbox()
    deliver_all(a_post(committed_sessions, inbox, clock))
    after_the_first = {line.dossier_code for m in inbox.messages[1:] for line in m.lines}
    assert after_the_first == codes - set(ended)


def _message_id(content: bytes) -> str:
    return message_from_bytes(content)["Message-ID"].strip("<>").partition("@")[0]
