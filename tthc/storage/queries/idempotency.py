"""Kept answers: take a key, find its answer, keep one, forget old ones."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import String, bindparam, delete, func, select
from sqlalchemy.orm import Session

from tthc.domain.idempotency import KeyOwner
from tthc.storage.tables.idempotency import IdempotencyAnswer

_LOCK = select(
    func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=String), 0))
)
_KEPT = select(IdempotencyAnswer).where(
    IdempotencyAnswer.user_id == bindparam("user_id"),
    IdempotencyAnswer.method == bindparam("method"),
    IdempotencyAnswer.route == bindparam("route"),
    IdempotencyAnswer.key == bindparam("key"),
)
"""Built once: every request that makes something asks them."""


def try_lock_key(session: Session, owner: KeyOwner) -> bool:
    """Take the key until the transaction ends; False when another request holds it."""
    name = f"idempotency {owner.user_id} {owner.method} {owner.route} {owner.key}"
    return bool(session.scalar(_LOCK, {"name": name}))


def find_answer(session: Session, owner: KeyOwner) -> IdempotencyAnswer | None:
    """Return the answer kept for a key. Call it in a statement after taking the key."""
    return session.scalar(_KEPT, asdict(owner))


def delete_answers_before(session: Session, moment: datetime) -> int:
    """Forget answers given before ``moment``; return how many."""
    done = (
        delete(IdempotencyAnswer)
        .where(IdempotencyAnswer.answered_at < moment)
        .returning(IdempotencyAnswer.id)
    )
    return len(session.execute(done).all())
