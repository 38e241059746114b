"""One turn of a periodic task is taken once, however many beats rang and workers heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from tthc.storage.queries import slots as queries

ABANDONED_AFTER = timedelta(minutes=2)
"""A task runs 55 s at most, so a turn still open after this lost its worker."""

KEPT_FOR = timedelta(days=7)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def slot_at(now: datetime, period: timedelta) -> datetime:
    """Return the beginning of the turn that ``now`` falls in."""
    return now - (now - _EPOCH) % period


def claim_slot(session: Session, task: str, slot: datetime, *, now: datetime) -> bool:
    """Take a turn; False means that somebody took it.

    To be committed before the work. A worker killed in its turn blocks nobody: the next turn
    finds the same work, and the turn itself may be taken again after ``ABANDONED_AFTER``.
    """
    return queries.take_slot(session, task, slot, now=now, abandoned_at=now - ABANDONED_AFTER)


def finish_slot(session: Session, task: str, slot: datetime, *, now: datetime) -> None:
    """Write down that a turn was ended; ``last_finished`` tells from that who is alive."""
    queries.end_slot(session, task, slot, now=now)


def last_finished(session: Session, task: str) -> datetime | None:
    """Return when a turn of ``task`` last ended; None when none ever did."""
    return queries.find_last_finish(session, task)


def purge_slots(session: Session, *, now: datetime) -> int:
    """Forget the turns older than ``KEPT_FOR``; return how many."""
    return queries.delete_slots_before(session, now - KEPT_FOR)
