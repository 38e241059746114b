"""Turns of periodic tasks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.storage.tables.alerts import TaskSlot


def take_slot(
    session: Session, task: str, slot: datetime, *, now: datetime, abandoned_at: datetime
) -> bool:
    """Take a turn that nobody took, or that was begun before ``abandoned_at`` and not ended."""
    query = insert(TaskSlot).values(task=task, slot=slot, started_at=now)
    query = query.on_conflict_do_update(
        index_elements=[TaskSlot.task, TaskSlot.slot],
        set_={"started_at": query.excluded.started_at},
        where=TaskSlot.finished_at.is_(None) & (TaskSlot.started_at < abandoned_at),
    )
    return session.scalar(query.returning(TaskSlot.task)) is not None


def end_slot(session: Session, task: str, slot: datetime, *, now: datetime) -> None:
    """Write down that a turn was ended."""
    session.execute(
        update(TaskSlot)
        .where(TaskSlot.task == task, TaskSlot.slot == slot)
        .values(finished_at=now)
        .execution_options(synchronize_session=False)
    )


def find_last_finish(session: Session, task: str) -> datetime | None:
    """Return when the latest turn that was ended ended."""
    return session.scalar(
        select(TaskSlot.finished_at)
        .where(TaskSlot.task == task, TaskSlot.finished_at.is_not(None))
        .order_by(TaskSlot.slot.desc())
        .limit(1)
    )


def delete_slots_before(session: Session, moment: datetime) -> int:
    """Forget turns before ``moment``; return how many."""
    done = delete(TaskSlot).where(TaskSlot.slot < moment).returning(TaskSlot.task)
    return len(session.execute(done).all())
