"""People are told by every channel they have, once by each."""

from __future__ import annotations

import pytest
from sqlalchemy import select

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
from tthc.jobs.delivering import DeliveryReport, deliver_all, route_all
from tthc.services.contact_points import (
    NewContactPoint,
    add_contact_point,
    remove_contact_point,
)
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import DeliveryStatus

CHANNELS = {"telegram", "zalo"}


def reach(session, username, channel="telegram", target="123"):
    new = NewContactPoint(username, channel, target)
    add_contact_point(session, new, CHANNELS, now=LATE)


def told(session):
    names = {user.id: user.username for user in session.scalars(select(User))}
    return sorted((names.get(d.user_id, "nobody"), d.channel) for d in deliveries(session))


@pytest.fixture
def chat():
    return Inbox()


@pytest.fixture
def desk(session):
    a_staffed_desk(session)
    a_late_dossier(session)


def go(session, sessions, clock):
    session.commit()
    raise_and_route(sessions, clock)


def test_each_channel_gets_a_delivery_and_mail_goes_on(session, sessions, clock, desk):
    reach(session, "officer")
    reach(session, "officer", "zalo")
    go(session, sessions, clock)
    assert told(session) == [
        ("manager", "mail"),
        ("officer", "mail"),
        ("officer", "telegram"),
        ("officer", "zalo"),
    ]


def test_who_has_no_mail_but_a_chat_is_reachable(session, sessions, clock):
    a_staffed_desk(session)
    somebody(session, "newcomer", (Role.OFFICER, TAN_LAC), mail=False)
    reach(session, "newcomer")
    a_late_dossier(session, officer="newcomer")
    go(session, sessions, clock)
    assert told(session) == [("manager", "mail"), ("newcomer", "telegram")]


def test_all_channels_of_a_person_are_told_at_the_same_time(session, sessions, clock, desk):
    reach(session, "officer")
    go(session, sessions, clock)
    assert len({d.next_try_at for d in deliveries(session)}) == 1


def test_a_chat_goes_to_the_persons_own_address(session, sessions, clock, inbox, chat, desk):
    reach(session, "officer", target="-100777")
    go(session, sessions, clock)
    report = deliver_all(a_post(sessions, inbox, clock, telegram=chat))
    assert report == DeliveryReport(messages=3, sent=3)
    [message] = chat.messages
    assert (message.address, message.channel, message.secret) == ("-100777", "telegram", "")
    assert message.message_id not in {mail.message_id for mail in inbox.messages}


def test_without_the_channel_its_messages_wait_and_mail_goes(session, sessions, clock, inbox, desk):
    reach(session, "officer")
    go(session, sessions, clock)
    assert deliver_all(a_post(sessions, inbox, clock)).sent == 2
    [waiting] = [d for d in deliveries(session) if d.status is DeliveryStatus.WAITING]
    assert (waiting.channel, waiting.attempts) == ("telegram", 0)


@pytest.mark.parametrize(
    ("kind", "tries"),
    [
        (FailureKind.UNAUTHORISED, [0, 1]),
        (FailureKind.THROTTLED, [0, 1]),
        (FailureKind.REFUSED_4XX, [1, 1]),
    ],
)
def test_trouble_of_the_channel_costs_one_message_its_try_and_holds_up_no_mail(
    session, sessions, clock, inbox, desk, kind, tries
):
    """A wrong token meets everybody, so the others wait; a blocked chat meets its owner."""
    reach(session, "officer", target="1")
    reach(session, "manager", target="2")
    go(session, sessions, clock)
    report = deliver_all(a_post(sessions, inbox, clock, telegram=Inbox(failing=kind)))
    assert (report.sent, report.failures) == (2, sum(tries))
    chats = [d for d in deliveries(session) if d.channel == "telegram"]
    assert sorted(d.attempts for d in chats) == tries
    assert {d.last_error for d in chats} <= {kind.value, None}


def test_a_chat_tried_again_keeps_its_message_id(session, sessions, clock, inbox, desk):
    reach(session, "officer")
    go(session, sessions, clock)
    deliver_all(a_post(sessions, inbox, clock, telegram=Inbox(failing=FailureKind.TIMEOUT)))
    [first] = [d.message_id for d in deliveries(session) if d.channel == "telegram"]
    clock.forward(minutes=1)
    chat = Inbox()
    deliver_all(a_post(sessions, inbox, clock, telegram=chat))
    assert [message.message_id for message in chat.messages] == [first]


def test_who_took_the_address_away_is_told_by_mail_only(
    session, sessions, clock, inbox, chat, desk
):
    reach(session, "officer")
    go(session, sessions, clock)
    remove_contact_point(session, "officer", "telegram")
    session.commit()
    post = a_post(sessions, inbox, clock, telegram=chat)
    deliver_all(post)
    route_all(sessions, clock=clock)
    deliver_all(post)
    assert chat.messages == []
    assert inbox.addresses == ["manager@example.org", "officer@example.org"]
