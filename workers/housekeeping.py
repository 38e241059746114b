"""The queue ``celery``: forget at night what need not be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tthc.services.idempotency import purge_idempotency
from tthc.services.look_up import purge_failures
from tthc.services.sign_in import purge_sign_ins
from tthc.services.slots import purge_slots
from tthc.services.webhook_messages import purge_messages
from workers.context import Doors
from workers.turns import Periodic

PURGES: dict[str, Callable[..., int]] = {
    "idempotency_answers": purge_idempotency,
    "look_ups": purge_failures,
    "sign_ins": purge_sign_ins,
    "task_slots": purge_slots,
    "webhook_messages": purge_messages,
}


def purge(doors: Doors) -> dict[str, int]:
    """Forget old answers, sessions and turns, each in its own transaction; count them."""
    return {name: _purge(doors, function, now=doors.clock()) for name, function in PURGES.items()}


def _purge(doors: Doors, function: Callable[..., int], *, now: datetime) -> int:
    session: Session
    with doors.sessions().begin() as session:
        return function(session, now=now)


PURGE = Periodic("housekeeping.purge", timedelta(hours=1), purge)
"""Rung once a night; the hour keeps a bell rung twice from purging twice."""
