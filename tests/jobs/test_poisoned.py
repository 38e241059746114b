"""A dossier whose data make the program fail holds up nobody else, and is seen."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.jobs.alerting import Inbox, a_post, alerts, deliveries
from tthc.domain.messages import BACK_OFF, MOST_POISONED_TRIES
from tthc.jobs.delivering import deliver_all, revive_parked
from tthc.jobs.isolating import find_poison, is_of_its_data
from tthc.storage.queries.deliveries import count_by_status
from tthc.storage.tables.alerts import DeliveryStatus

SENT, PARKED, WAITING = DeliveryStatus.SENT, DeliveryStatus.PARKED, DeliveryStatus.WAITING
UNREADABLE = "-infinity"  # a date that PostgreSQL keeps and Python has no value for
LAST = "9999-12-31 20:00+00"  # the next day in Viet Nam, which Python has not


def poison(session, value):
    """Let the due date of the second dossier's alert be one that the program cannot read."""
    one = alerts(session)[1].id
    query = text("UPDATE alerts SET due_at = :value WHERE id = :id")
    session.execute(query, {"value": value, "id": one})
    session.commit()
    return one


def of(session, alert_id):
    query = text("SELECT status, attempts, last_error FROM deliveries WHERE alert_id = :alert_id")
    return set(session.execute(query, {"alert_id": alert_id}).all())


def mend(session, alert_id):
    query = text("UPDATE alerts SET due_at = raised_at WHERE id = :alert_id")
    session.execute(query, {"alert_id": alert_id})
    session.commit()


@pytest.mark.parametrize("value", [UNREADABLE, LAST])
def test_the_others_are_told_and_it_is_parked_after_three_tries(
    session, sessions, clock, inbox, dossiers, value
):
    one = poison(session, value)
    post = a_post(sessions, inbox, clock)
    deliver_all(post)
    assert of(session, one) == {("waiting", 1, "poisoned")}
    deliver_all(post)
    told = [line.dossier_code for message in inbox.messages for line in message.lines]
    assert sorted(told) == sorted(2 * [dossiers[0], dossiers[2]])
    for wait in BACK_OFF[: MOST_POISONED_TRIES - 1]:
        clock.forward_to_opening(wait)
        deliver_all(post)
    assert of(session, one) == {("parked", MOST_POISONED_TRIES, "poisoned")}
    assert count_by_status(session, PARKED) == 2
    assert len(inbox.messages) == 2


def test_once_mended_it_is_told_when_somebody_says_so(session, sessions, clock, inbox, dossiers):
    one = poison(session, UNREADABLE)
    post = a_post(sessions, inbox, clock)
    for wait in (*BACK_OFF[:MOST_POISONED_TRIES], BACK_OFF[0]):
        deliver_all(post)
        clock.forward_to_opening(wait)
    mend(session, one)
    assert revive_parked(sessions, clock=clock) == 2
    assert deliver_all(post).sent == 2
    assert {delivery.status for delivery in deliveries(session)} == {SENT}


class Stumbling(Inbox):
    """A sender with a bug that one address brings out."""

    def send(self, message):
        if message.address.startswith("officer"):
            raise ZeroDivisionError
        super().send(message)


def test_a_sender_that_stumbles_over_one_message_sends_the_others(
    session, sessions, clock, dossiers
):
    inbox = Stumbling()
    report = deliver_all(a_post(sessions, inbox, clock))
    assert (report.messages, report.sent, report.failures) == (1, 3, 1)
    assert inbox.addresses == ["manager@example.org"]
    assert {d.last_error for d in deliveries(session) if d.status == WAITING} == {"poisoned"}


def failing_with(*poisonous):
    def work(ids):
        if set(ids) & set(poisonous):
            raise OverflowError

    return work


@pytest.mark.parametrize("poisonous", [(), (0,), (7,), (3, 4, 99), tuple(range(100))])
def test_poison_is_found_by_halves(poisonous):
    assert find_poison(range(100), failing_with(*poisonous)) == list(poisonous)


def test_a_database_that_is_away_poisons_nobody():
    away = OperationalError("SELECT 1", {}, Exception())
    assert not is_of_its_data(away)

    def work(_ids):
        raise away

    with pytest.raises(OperationalError):
        find_poison([1, 2], work)
