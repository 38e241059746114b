"""Telling citizens of their dossiers: a notice written with its event, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.notices import NoticeKind
from tthc.domain.parties import NotifyBy, PartyRole, mask_email
from tthc.storage.queries import notices as queries
from tthc.storage.queries.dossiers import get_dossier, list_parties
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.dossiers import Dossier, Party
from tthc.storage.tables.notices import CitizenNotice


def tell_applicant(
    session: Session,
    dossier: Dossier,
    kind: NoticeKind | None,
    parties: Sequence[Party],
    *,
    now: datetime,
) -> None:
    """Write down that the applicant hears of the dossier's newest event, if they want to.

    In the transaction of the event, so that both are there or neither is. Where there is nothing
    to tell, or nobody, it costs nothing.
    """
    applicant = applicant_of(parties)
    if kind is None or applicant is None or applicant.notify_by is NotifyBy.NONE:
        return
    queries.add_notice(session, dossier.id, kind, dossier.version, now=now)


def applicant_of(parties: Sequence[Party]) -> Party | None:
    """Return who lodged the dossier, None where nobody is known."""
    return next((party for party in parties if party.role is PartyRole.APPLICANT), None)


class NoticeState(StrEnum):
    """What became of a notice. ``withdrawn``: it was no longer true, or no longer wanted."""

    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as staff see it; ``next_try_at`` only while it waits."""

    kind: NoticeKind
    occasion: int
    channel: str
    state: NoticeState
    created_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """How the applicant of a dossier hears of it, the address masked, and what of."""

    notify_by: NotifyBy
    masked_email: str | None
    notices: Sequence[NoticeLine]


def show_notices(session: Session, code: str, actor: Actor) -> NoticeSheet:
    """Return the notices of a dossier, oldest first, or raise NotFoundError."""
    dossier = get_dossier(session, code, actor.scope)
    applicant = applicant_of(list_parties(session, [dossier.id]))
    return NoticeSheet(
        applicant.notify_by if applicant else NotifyBy.NONE,
        mask_email(applicant.email) if applicant else None,
        [_line(row) for row in queries.list_notices(session, dossier.id)],
    )


def _line(row: CitizenNotice) -> NoticeLine:
    return NoticeLine(
        row.kind,
        row.occasion,
        row.channel,
        NoticeState(row.status.value),
        row.created_at,
        row.next_try_at if row.status is DeliveryStatus.WAITING else None,
        row.sent_at,
        row.attempts,
        row.last_error,
    )


def retry_notices(session: Session, *, now: datetime) -> int:
    """Let parked notices be tried anew, for somebody who mended the cause; return how many."""
    return queries.revive_parked(session, now=now)
