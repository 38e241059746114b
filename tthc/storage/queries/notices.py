"""Citizen notices: written with their event, claimed one by one, read with what they tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, cast, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from tthc.domain.dossier import ReturnForm
from tthc.domain.lifecycle import Action, Status
from tthc.domain.notices import NoticeKind
from tthc.domain.parties import NotifyBy, PartyRole
from tthc.storage.bulk import one_of
from tthc.storage.queries.outbox import Outbox
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.dossiers import Dossier, DossierEvent, DueVersion, Party
from tthc.storage.tables.notices import CitizenNotice

NOTICES = Outbox(CitizenNotice)
MAIL = "mail"

_NEW = {"channel": MAIL, "status": DeliveryStatus.WAITING, "attempts": 0}
_COLUMNS = ("dossier_id", "kind", "occasion", "created_at", "next_try_at")
_INSERT = (
    insert(CitizenNotice)
    .values(**_NEW, **{name: bindparam(name) for name in _COLUMNS})
    .on_conflict_do_nothing()
)
"""Built once: the desk's hottest writes ask it."""


def add_notice(
    session: Session, dossier_id: int, kind: NoticeKind, occasion: int, *, now: datetime
) -> None:
    """Insert a notice that waits; one that is there stays as it is."""
    told = {"dossier_id": dossier_id, "kind": kind, "occasion": occasion}
    session.execute(_INSERT, told | {"created_at": now, "next_try_at": now})


def add_due_moved(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Insert for each dossier whose applicant wants to be told that its date moved just now."""
    at = literal(now, CitizenNotice.created_at.type)
    told = (
        select(
            Dossier.id,
            literal(NoticeKind.DUE_MOVED, CitizenNotice.kind.type),
            Dossier.version,
            at,
            at,
            *(literal(value, getattr(CitizenNotice, name).type) for name, value in _NEW.items()),
        )
        .join(Party, (Party.dossier_id == Dossier.id) & (Party.role == PartyRole.APPLICANT))
        .where(Dossier.id == one_of(ids), Party.notify_by == NotifyBy.EMAIL)
    )
    query = insert(CitizenNotice).from_select([*_COLUMNS, *_NEW], told)
    session.execute(query.on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class ClaimedNotice:
    """A notice under lease; ``message_id`` is there when it was tried before."""

    id: int
    channel: str
    message_id: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a relay asks for: ``written_by`` is the last moment of writing that counts."""

    channels: Collection[str]
    written_by: datetime
    until: datetime
    limit: int


def lease_notices(session: Session, claim: Claim, *, now: datetime) -> list[ClaimedNotice]:
    """Put waiting notices under lease, oldest first; two at once take different ones."""
    query = (
        select(CitizenNotice.id, CitizenNotice.channel, CitizenNotice.message_id)
        .where(
            NOTICES.is_free(claim.channels, now=now),
            CitizenNotice.created_at <= claim.written_by,
        )
        .order_by(CitizenNotice.id)
        .limit(claim.limit)
        .with_for_update(skip_locked=True)
    )
    found = [ClaimedNotice(*row) for row in session.execute(query)]
    NOTICES.change(session, [notice.id for notice in found], leased_until=claim.until)
    return found


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A notice with everything that decides whether, where and what is sent now.

    ``email`` is None when nobody wants to be told; ``previous_due_at`` is the date before the
    one that the event gave.
    """

    id: int
    kind: NoticeKind
    created_at: datetime
    attempts: int
    is_superseded: bool
    status: Status
    email: str | None
    dossier_code: str
    procedure_code: str | None
    receiving_unit: str | None
    resolving_unit: str | None
    due_at: datetime | None
    return_form: ReturnForm | None
    result_code: str | None
    action: Action
    happened_at: datetime
    told: Mapping[str, Any]
    previous_due_at: datetime | None


def find_leased(session: Session, ids: Collection[int], lease: datetime) -> NoticeFacts | None:
    """Return the notice of ``ids`` (one) if it still waits under this lease, locked."""
    newer = aliased(CitizenNotice)
    is_superseded = (
        select(newer.id)
        .where(
            newer.dossier_id == CitizenNotice.dossier_id,
            newer.kind == CitizenNotice.kind,
            newer.occasion > CitizenNotice.occasion,
        )
        .exists()
    )
    before = cast(DossierEvent.changes["due_version"].astext, Integer) - 1
    query = (
        select(
            CitizenNotice.id,
            CitizenNotice.kind,
            CitizenNotice.created_at,
            CitizenNotice.attempts,
            is_superseded,
            Dossier.status,
            Party.email,
            Dossier.code,
            Dossier.procedure_code,
            Dossier.receiving_unit,
            Dossier.resolving_unit,
            Dossier.due_at,
            Dossier.return_form,
            Dossier.result_code,
            DossierEvent.action,
            DossierEvent.happened_at,
            DossierEvent.facts,
            DueVersion.due_at,
        )
        .join(Dossier, Dossier.id == CitizenNotice.dossier_id)
        .join(
            DossierEvent,
            (DossierEvent.dossier_id == CitizenNotice.dossier_id)
            & (DossierEvent.version == CitizenNotice.occasion),
        )
        .outerjoin(
            Party,
            (Party.dossier_id == CitizenNotice.dossier_id)
            & (Party.role == PartyRole.APPLICANT)
            & (Party.notify_by == NotifyBy.EMAIL),
        )
        .outerjoin(
            DueVersion,
            (DueVersion.dossier_id == CitizenNotice.dossier_id) & (DueVersion.version == before),
        )
        .where(NOTICES.held(ids, lease))
        .with_for_update(of=CitizenNotice)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else NoticeFacts(*tuple(found))


def list_notices(session: Session, dossier_id: int) -> Sequence[CitizenNotice]:
    """Return what the applicant of a dossier was or is to be told, oldest first."""
    query = select(CitizenNotice).where(CitizenNotice.dossier_id == dossier_id)
    return session.scalars(query.order_by(CitizenNotice.id)).all()


def revive_parked(session: Session, *, now: datetime, dossier_id: int | None = None) -> int:
    """Let parked notices, or those of one dossier, be tried anew; return how many."""
    those = [] if dossier_id is None else [CitizenNotice.dossier_id == dossier_id]
    return NOTICES.revive(session, *those, now=now)
