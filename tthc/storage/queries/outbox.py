"""What every table of messages shares: from the try under a lease to its end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from tthc.storage.queries.alerts import NO_SYNC
from tthc.storage.tables.alerts import DeliveryStatus, Sending


@dataclass(frozen=True, slots=True)
class Outbox:
    """The statements on one table of messages."""

    table: type[Sending]

    def withdraw(self, session: Session, ids: Collection[int]) -> None:
        """Note that messages need not be sent any more."""
        self.change(session, ids, status=DeliveryStatus.WITHDRAWN, leased_until=None)

    def mark_sent(self, session: Session, ids: Collection[int], *, now: datetime) -> int:
        """Note that a server took the message; return how many were not marked before.

        Whoever holds the lease by now: what was sent need not be sent again.
        """
        query = (
            update(self.table)
            .where(self.table.id.in_(ids), self.table.status == DeliveryStatus.WAITING)
            .values(status=DeliveryStatus.SENT, sent_at=now, leased_until=None, last_error=None)
            .returning(self.table.id)
            .execution_options(**NO_SYNC)
        )
        return len(session.execute(query).all())

    def put_off(self, session: Session, ids: Collection[int], error: str, until: datetime) -> None:
        """Note a failed try; the next one is at ``until``."""
        self.change(session, ids, next_try_at=until, leased_until=None, last_error=error)

    def postpone(self, session: Session, ids: Collection[int], until: datetime) -> None:
        """Let messages wait without having been tried."""
        self.change(session, ids, next_try_at=until, leased_until=None)

    def park(self, session: Session, ids: Collection[int], error: str) -> None:
        """Give up; somebody has to look."""
        self.change(session, ids, status=DeliveryStatus.PARKED, leased_until=None, last_error=error)

    def revive(self, session: Session, *those: ColumnElement[bool], now: datetime) -> int:
        """Let every parked message of ``those`` be tried anew from now; return how many."""
        query = (
            update(self.table)
            .where(self.table.status == DeliveryStatus.PARKED, *those)
            .values(status=DeliveryStatus.WAITING, attempts=0, next_try_at=now)
            .returning(self.table.id)
            .execution_options(**NO_SYNC)
        )
        return len(session.execute(query).all())

    def begin_try(
        self, session: Session, ids: Collection[int], message_id: str, until: datetime
    ) -> None:
        """Count one more try of one message and lengthen its lease."""
        tried = self.table.attempts + 1
        self.change(session, ids, attempts=tried, message_id=message_id, leased_until=until)

    def count_try(self, session: Session, ids: Collection[int], lease: datetime) -> None:
        """Count one more try of what waits under this lease."""
        query = update(self.table).where(self.held(ids, lease))
        query = query.values(attempts=self.table.attempts + 1)
        session.execute(query.execution_options(**NO_SYNC))

    def list_tries(
        self, session: Session, ids: Collection[int], lease: datetime
    ) -> dict[int, list[int]]:
        """Return what waits under this lease by how often it was tried; locked."""
        query = select(self.table.attempts, self.table.id).where(self.held(ids, lease))
        by_tries: dict[int, list[int]] = {}
        for attempts, message in session.execute(query.with_for_update()):
            by_tries.setdefault(attempts, []).append(message)
        return by_tries

    def release(self, session: Session, ids: Collection[int], lease: datetime) -> None:
        """Give back what was claimed and not tried."""
        held = session.scalars(select(self.table.id).where(self.held(ids, lease)).with_for_update())
        self.change(session, list(held), leased_until=None)

    def held(self, ids: Collection[int], lease: datetime) -> ColumnElement[bool]:
        """Return the condition that a message still waits under this lease."""
        is_ours = (self.table.status == DeliveryStatus.WAITING) & (self.table.leased_until == lease)
        return self.table.id.in_(ids) & is_ours

    def is_free(self, channels: Collection[str], *, now: datetime) -> ColumnElement[bool]:
        """Return the condition that a message of ``channels`` waits and may be claimed."""
        return (
            (self.table.status == DeliveryStatus.WAITING)
            & self.table.channel.in_(channels)
            & (self.table.next_try_at <= now)
            & (func.coalesce(self.table.leased_until, now) <= now)
        )

    def count(self, session: Session, status: DeliveryStatus) -> int:
        """Return how many wait, or are parked; each has its partial index."""
        query = select(func.count()).select_from(self.table).where(self.table.status == status)
        return session.scalar(query) or 0

    def change(self, session: Session, ids: Collection[int], **values: Any) -> None:
        """Set columns of messages."""
        if ids:
            query = update(self.table).where(self.table.id.in_(ids)).values(**values)
            session.execute(query.execution_options(**NO_SYNC))
