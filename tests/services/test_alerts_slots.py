"""A turn of a periodic task is taken once, and a lost one again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tthc.services.slots import (
    ABANDONED_AFTER,
    KEPT_FOR,
    claim_slot,
    finish_slot,
    last_finished,
    purge_slots,
    slot_at,
)

NOW = datetime(2026, 3, 2, 3, 0, 42, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLOT = slot_at(NOW, MINUTE)


def test_a_turn_begins_on_the_minute():
    assert datetime(2026, 3, 2, 3, 0, tzinfo=UTC) == SLOT
    assert slot_at(SLOT, MINUTE) == SLOT
    assert slot_at(NOW, timedelta(seconds=10)) == SLOT + timedelta(seconds=40)


def test_a_turn_is_taken_once_however_often_it_is_rung(session):
    assert claim_slot(session, "a", SLOT, now=NOW)
    assert not any(claim_slot(session, "a", SLOT, now=NOW) for _ in range(10))
    assert claim_slot(session, "b", SLOT, now=NOW)
    assert claim_slot(session, "a", SLOT + MINUTE, now=NOW)


def test_a_turn_whose_worker_was_lost_is_taken_again(session):
    claim_slot(session, "a", SLOT, now=NOW)
    assert not claim_slot(session, "a", SLOT, now=NOW + ABANDONED_AFTER)
    later = NOW + ABANDONED_AFTER + timedelta(seconds=1)
    assert claim_slot(session, "a", SLOT, now=later)
    assert not claim_slot(session, "a", SLOT, now=later)


def test_a_turn_that_ended_is_never_taken_again(session):
    claim_slot(session, "a", SLOT, now=NOW)
    finish_slot(session, "a", SLOT, now=NOW)
    assert not claim_slot(session, "a", SLOT, now=NOW + timedelta(days=1))


def test_the_last_end_is_that_of_the_latest_turn(session):
    assert last_finished(session, "a") is None
    for minutes in (2, 1):
        slot = SLOT + minutes * MINUTE
        claim_slot(session, "a", slot, now=slot)
        finish_slot(session, "a", slot, now=slot)
    assert last_finished(session, "a") == SLOT + 2 * MINUTE


def test_old_turns_are_forgotten(session):
    claim_slot(session, "a", SLOT, now=NOW)
    assert purge_slots(session, now=SLOT + KEPT_FOR) == 0
    assert purge_slots(session, now=SLOT + KEPT_FOR + MINUTE) == 1
