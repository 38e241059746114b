"""What every message goes through, whoever it is for: a lease, tries, and being given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.domain.messages import MOST_POISONED_TRIES, retry_after
from tthc.storage.queries.outbox import Outbox

LEASE = timedelta(minutes=5)
"""Longer than any send takes; lengthened before each message."""

INTERRUPTED = "interrupted"
"""Every try began and none ended: sending it killed the process, over and over."""


@dataclass(frozen=True, slots=True)
class Target:
    """The server that a message goes to: one for each channel, but each webhook for itself."""

    channel: str
    webhook_id: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Claimed deliveries that travel in one message, and the lease they are held by."""

    channel: str
    delivery_ids: Sequence[int]
    message_id: str | None
    lease: datetime
    target: Target


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message ready to be sent for its batch; ``outgoing`` None means nothing is left to send.

    ``withdrawn`` and ``parked`` count the deliveries that will not be sent.
    """

    batch: Batch
    outgoing: Outgoing | None
    withdrawn: int = 0
    parked: int = 0


def fail(outbox: Outbox, session: Session, batch: Batch, error: SendError, *, now: datetime) -> int:
    """Put a batch off, or park what was tried ``MOST_TRIES`` times; return how many are parked.

    What is poisoned never came to a try that counts: it is counted here, and parked sooner.
    """
    is_poisoned = error.kind is FailureKind.POISONED
    if is_poisoned:
        outbox.count_try(session, batch.delivery_ids, batch.lease)
    parked = 0
    for tries, ids in outbox.list_tries(session, batch.delivery_ids, batch.lease).items():
        wait = None if is_poisoned and tries >= MOST_POISONED_TRIES else retry_after(tries)
        if wait is None:
            outbox.park(session, ids, error.kind.value)
            parked += len(ids)
        else:
            outbox.put_off(session, ids, error.kind.value, now + wait)
    return parked
