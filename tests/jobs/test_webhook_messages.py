"""What a webhook is sent is written once, numbered without gaps, and can be read again."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.jobs.alerting import (
    LATE,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    act,
    raise_and_route,
)
from tests.make import TAN_LAC, everybody
from tthc.channels.outgoing import FailureKind
from tthc.domain.accounts import Actor, Role
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import Action
from tthc.domain.scope import Scope
from tthc.domain.webhooks import KEPT_FOR
from tthc.jobs.delivering import deliver_all
from tthc.services.webhook_messages import (
    CursorAheadError,
    MessagesForgottenError,
    keep_message,
    purge_messages,
    read_messages,
)
from tthc.storage.queries.webhooks import next_sequence
from tthc.storage.tables.webhooks import Webhook


def a_webhook(session, name="a", unit=None) -> int:
    webhook = Webhook(
        url=f"https://{name}.example.org/", secret="s", unit_code=unit, created_at=LATE
    )
    session.add(webhook)
    session.flush()
    return webhook.id


@pytest.fixture
def hook(session, sessions, clock):
    """A webhook that two late dossiers are on their way to."""
    a_staffed_desk(session)
    number = a_webhook(session)
    for _ in range(2):
        a_late_dossier(session)
    session.commit()
    raise_and_route(sessions, clock)
    return number


def feed(session, webhook_id, after=None, limit=20):
    return read_messages(session, webhook_id, everybody(), after=after, limit=limit)


def write(session, webhook_id, count=1, at=LATE):
    for _ in range(count):
        number = session.get_one(Webhook, webhook_id, populate_existing=True).last_sequence + 1
        keep_message(session, webhook_id, f"id-{webhook_id}-{number}", str, now=at)


def test_each_try_sends_the_very_same_body(session, sessions, clock, hook):
    tries = []
    for kind in (FailureKind.TIMEOUT, FailureKind.REFUSED_5XX, None):
        calls = Inbox(failing=kind)
        calls.send = lambda message, send=calls.send: (tries.append(message), send(message))
        deliver_all(a_post(sessions, Inbox(), clock, webhook=calls))
        clock.forward(days=1)
    assert len(tries) == 3
    assert len({(message.message_id, message.body) for message in tries}) == 1
    assert len({message.at for message in tries}) == 3
    assert json.loads(tries[0].body)["sequence"] == 1


def test_what_ended_since_the_first_try_is_still_in_it(session, sessions, clock, hook):
    deliver_all(a_post(sessions, Inbox(), clock, webhook=Inbox(failing=FailureKind.TIMEOUT)))
    [kept] = feed(session, hook).items
    code = json.loads(kept.body)["dossiers"][0]["dossier_code"]
    act(session, code, Action.FINISH, now=LATE)
    session.commit()
    clock.forward(minutes=1)
    calls = Inbox()
    deliver_all(a_post(sessions, Inbox(), clock, webhook=calls))
    assert [message.body for message in calls.messages] == [kept.body]


def test_the_feed_gives_what_was_sent_delivered_or_not(session, sessions, clock, hook):
    calls = Inbox()
    deliver_all(a_post(sessions, Inbox(), clock, webhook=calls))
    a_late_dossier(session)
    session.commit()
    raise_and_route(sessions, clock)
    deliver_all(a_post(sessions, Inbox(), clock, webhook=Inbox(failing=FailureKind.TIMEOUT)))
    page = feed(session, hook)
    assert [message.sequence for message in page.items] == [1, 2]
    assert page.items[0].body == calls.messages[0].body
    assert page.items[0].message_id == calls.messages[0].message_id
    assert (page.after, page.has_more) == (2, False)
    assert feed(session, hook, after=1).items == page.items[1:]


def test_no_message_tells_of_a_person(session, sessions, clock, hook):
    deliver_all(a_post(sessions, Inbox(), clock, webhook=Inbox()))
    [kept] = feed(session, hook).items
    names = session.execute(text("SELECT name, identity_number FROM parties")).all()
    assert names
    assert not [word for row in names for word in row if word and word in kept.body]


def test_each_webhook_counts_for_itself(session, hook):
    other = a_webhook(session, "b")
    write(session, hook, 3)
    write(session, other, 2)
    assert [message.sequence for message in feed(session, hook).items] == [1, 2, 3]
    assert [message.sequence for message in feed(session, other).items] == [1, 2]


def test_a_page_is_cut_by_number_and_by_size(session, hook):
    for number in range(3):
        keep_message(session, hook, f"large-{number}", lambda _n: "x" * 700_000, now=LATE)
    write(session, hook, 3)
    first = feed(session, hook)
    assert ([m.sequence for m in first.items], first.has_more) == ([1], True)
    rest = feed(session, hook, after=3, limit=2)
    assert ([m.sequence for m in rest.items], rest.has_more) == ([4, 5], True)
    huge = keep_message(session, hook, "huge", lambda _n: "x" * 2_000_000, now=LATE)
    assert feed(session, hook, after=6).items[0].body == huge


def test_a_cursor_that_lost_its_messages_is_told_so(session, hook):
    write(session, hook, 3)
    write(session, hook, 2, at=LATE + timedelta(days=1))
    assert purge_messages(session, now=LATE + KEPT_FOR + timedelta(hours=1)) == 3
    with pytest.raises(MessagesForgottenError) as caught:
        feed(session, hook, after=2)
    assert caught.value.details["first"] == "4"
    assert [message.sequence for message in feed(session, hook, after=3).items] == [4, 5]
    assert [message.sequence for message in feed(session, hook).items] == [4, 5]
    purge_messages(session, now=LATE + 2 * KEPT_FOR)
    assert feed(session, hook) == feed(session, hook, after=5)
    with pytest.raises(MessagesForgottenError):
        feed(session, hook, after=4)


def test_a_cursor_of_another_webhook_or_a_lost_database_is_told_so(session, hook):
    write(session, hook, 3)
    with pytest.raises(CursorAheadError) as caught:
        feed(session, hook, after=4)
    assert caught.value.details["last"] == "3"


def test_messages_of_others_are_not_there(session, hook):
    own = a_webhook(session, "own", TAN_LAC)
    program = Actor(1, "p", frozenset({Role.INTEGRATOR}), Scope(units=frozenset({TAN_LAC})))
    assert read_messages(session, own, program, after=None, limit=9).items == []
    with pytest.raises(NotFoundError):
        read_messages(session, hook, program, after=None, limit=9)


def test_a_lower_number_is_never_seen_after_a_higher_one(committed_sessions):
    """The trap of polling by id: the first to take a number is the last to commit."""
    with committed_sessions.begin() as session:
        hook = a_webhook(session)
    taken, go_on = threading.Event(), threading.Event()

    def slow():
        with committed_sessions.begin() as session:
            keep_message(session, hook, "slow", str, now=LATE)
            taken.set()
            go_on.wait(10)

    def fast():
        with committed_sessions.begin() as session:
            keep_message(session, hook, "fast", str, now=LATE)

    threads = [threading.Thread(target=slow), threading.Thread(target=fast)]
    threads[0].start()
    assert taken.wait(10)
    threads[1].start()
    threads[1].join(0.5)
    assert threads[1].is_alive()  # it waits for the number below its own
    with committed_sessions.begin() as session:
        assert feed(session, hook).items == []
    go_on.set()
    for thread in threads:
        thread.join(10)
    with committed_sessions.begin() as session:
        assert [m.message_id for m in feed(session, hook, after=0).items] == ["slow", "fast"]


def test_a_number_that_was_rolled_back_is_given_again(committed_sessions):
    with committed_sessions.begin() as session:
        hook = a_webhook(session)
    with committed_sessions() as session:
        assert next_sequence(session, hook) == 1
        session.rollback()
    with committed_sessions.begin() as session:
        write(session, hook, 2)
        assert [m.sequence for m in feed(session, hook).items] == [1, 2]


def test_a_reader_beside_four_relays_misses_nothing(committed_sessions):
    """Thirty messages by four writers at once; a reader goes on behind its last number."""
    with committed_sessions.begin() as session:
        hook = a_webhook(session)
    gate = threading.Barrier(4)

    def relay(name):
        gate.wait()
        for number in range(8):
            with committed_sessions.begin() as session:
                keep_message(session, hook, f"{name}-{number}", str, now=LATE)

    threads = [threading.Thread(target=relay, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    seen: list[str] = []
    after = 0
    while len(seen) < 32:
        with committed_sessions.begin() as session:
            page = feed(session, hook, after=after, limit=3)
        seen += [message.message_id for message in page.items]
        assert page.after == after + len(page.items)
        after = page.after
        if not page.items and not any(thread.is_alive() for thread in threads):
            break
    for thread in threads:
        thread.join(10)
    assert sorted(seen) == sorted(f"{name}-{number}" for name in range(4) for number in range(8))
    with committed_sessions.begin() as session:
        assert session.scalars(select(Webhook.last_sequence)).one() == 32
