"""One effect for a request however often it is sent: key, effect and answer commit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tthc.domain.errors import ConflictError, RuleError
from tthc.domain.idempotency import KeyOwner
from tthc.storage.bulk import insert_row
from tthc.storage.queries import idempotency as queries
from tthc.storage.tables.idempotency import IdempotencyAnswer

KEPT_FOR = timedelta(hours=96)
"""Longer than a weekend: a commune that was offline retries late."""


class KeyReusedError(RuleError):
    """The key was used for another request before."""

    code = "idempotency_key_reused"


class KeyInFlightError(ConflictError):
    """A request with this key is being answered right now."""

    code = "idempotency_in_flight"
    retry_after = 1


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given: status, the headers that belong to it, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def recall_answer(session: Session, owner: KeyOwner, fingerprint: bytes) -> KeptAnswer | None:
    """Take the key and return the answer already given under it, or None for a new request.

    The key stays taken until the transaction ends.

    Raises:
        KeyInFlightError: another request holds the key.
        KeyReusedError: the answer kept was given to a different request.
    """
    if not queries.try_lock_key(session, owner):
        raise KeyInFlightError(
            "Yêu cầu có cùng Idempotency-Key đang được xử lý.",
            "a request with this Idempotency-Key is being answered",
        )
    kept = queries.find_answer(session, owner)
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise KeyReusedError(
            "Idempotency-Key này đã dùng cho một yêu cầu khác.",
            "this Idempotency-Key was used for a different request",
            field="Idempotency-Key",
        )
    return KeptAnswer(kept.status, kept.headers, kept.body)


def keep_answer(
    session: Session, owner: KeyOwner, fingerprint: bytes, answer: KeptAnswer, *, now: datetime
) -> None:
    """Keep an answer under a key that ``recall_answer`` took in this transaction."""
    insert_row(
        session,
        IdempotencyAnswer,
        user_id=owner.user_id,
        method=owner.method,
        route=owner.route,
        key=owner.key,
        fingerprint=fingerprint,
        status=answer.status,
        headers=dict(answer.headers),
        body=answer.body,
        answered_at=now,
    )


def purge_idempotency(session: Session, *, now: datetime) -> int:
    """Forget answers older than ``KEPT_FOR``; return how many."""
    return queries.delete_answers_before(session, now - KEPT_FOR)
