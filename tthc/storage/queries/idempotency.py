"""Kept answers: take a key, find its answer, keep one, forget old ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tthc.domain.idempotency import KeyOwner
from tthc.storage.tables.idempotency import IdempotencyAnswer


def try_lock_key(session: Session, owner: KeyOwner) -> bool:
    """Take the key until the transaction ends; False when another request holds it."""
    name = f"idempotency {owner.user_id} {owner.method} {owner.route} {owner.key}"
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0))
    return bool(session.scalar(select(lock)))


def find_answer(session: Session, owner: KeyOwner) -> IdempotencyAnswer | None:
    """Return the answer kept for a key. Call it in a statement after taking the key."""
    return session.scalar(
        select(IdempotencyAnswer).where(
            IdempotencyAnswer.user_id == owner.user_id,
            IdempotencyAnswer.method == owner.method,
            IdempotencyAnswer.route == owner.route,
            IdempotencyAnswer.key == owner.key,
        )
    )


def delete_answers_before(session: Session, moment: datetime) -> int:
    """Forget answers given before ``moment``; return how many."""
    done = (
        delete(IdempotencyAnswer)
        .where(IdempotencyAnswer.answered_at < moment)
        .returning(IdempotencyAnswer.id)
    )
    return len(session.execute(done).all())
