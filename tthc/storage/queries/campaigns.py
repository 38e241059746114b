"""Reads and writes of calendar campaigns, and of the open dossiers that they may move."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    and_,
    column,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from tthc.domain.campaign import CampaignStatus, Move, Turn
from tthc.domain.dossier import DossierState
from tthc.domain.errors import NotFoundError
from tthc.storage.base import UtcDateTime
from tthc.storage.bulk import copy_rows, one_of
from tthc.storage.queries.alerts import NO_SYNC
from tthc.storage.tables.campaigns import Campaign, CampaignDay, CampaignMove
from tthc.storage.tables.dossiers import Dossier, DueVersion

OPEN = (CampaignStatus.DRAFT, CampaignStatus.APPROVED)
NEEDED = (
    *("version", "receiving_unit", "resolving_unit", "stopped_at", "last_event_at"),
    *("due_version", "due_at", "overdue_at", "due_granularity", "due_set_at"),
    *("original_due_at", "original_overdue_at"),
)
"""The part of a state that a moved due date reads or changes."""

MOVES = (
    *("campaign_id", "dossier_id", "unit_code", "due_before", "due_after", "turn"),
    "applied_at",
)


@dataclass(frozen=True, slots=True)
class OpenDossier:
    """An open dossier with the due date in force and its derivation as it is stored.

    Of its state only ``NEEDED`` is read.
    """

    id: int
    state: DossierState
    due_at: datetime
    overdue_at: datetime
    ledger: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MoveCount:
    """How many dossiers of a unit a campaign moves, and what that makes of them."""

    unit_code: str | None
    moved: int
    becomes_late: int
    becomes_in_time: int
    applied: int


def get_campaign(session: Session, campaign_id: int, *, for_change: bool = False) -> Campaign:
    """Return a campaign, locked until the transaction ends if asked, or raise NotFoundError."""
    query = select(Campaign).where(Campaign.id == campaign_id)
    if for_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFoundError("Không tìm thấy thay đổi lịch.", "there is no such campaign")
    return found


def list_campaigns(
    session: Session, units: Collection[str] | None, *, before_id: int | None, limit: int
) -> Sequence[Campaign]:
    """Return campaigns, newest first: of the nation and of ``units`` (None: of all)."""
    query = select(Campaign).order_by(Campaign.id.desc()).limit(limit)
    if units is not None:
        query = query.where(or_(Campaign.unit_code.is_(None), Campaign.unit_code.in_(units)))
    if before_id is not None:
        query = query.where(Campaign.id < before_id)
    return session.scalars(query).all()


def list_waiting(session: Session) -> Sequence[int]:
    """Return the campaigns that a worker has to preview or apply, oldest first."""
    waits = or_(
        Campaign.status == CampaignStatus.APPROVED,
        and_(Campaign.status == CampaignStatus.DRAFT, Campaign.previewed_at.is_(None)),
    )
    return session.scalars(select(Campaign.id).where(waits).order_by(Campaign.id)).all()


def list_days(session: Session, campaign_id: int) -> Sequence[CampaignDay]:
    """Return the days that a campaign changes."""
    query = select(CampaignDay).where(CampaignDay.campaign_id == campaign_id)
    return session.scalars(query.order_by(CampaignDay.day)).all()


def list_movable(
    session: Session,
    units: Collection[str] | None,
    within: tuple[datetime, datetime],
    *,
    after_id: int,
) -> list[int]:
    """Return the open dossiers of ``units`` (None: all) whose time a change could touch, by id.

    They were received before the end of the changed days ``within``, and are not due before
    their beginning.
    """
    begins, ends = within
    query = select(Dossier.id).where(
        Dossier.ended_at.is_(None),
        Dossier.received_at < ends,
        Dossier.due_at >= begins,
        Dossier.id > after_id,
    )
    if units is not None:
        query = query.where(
            or_(Dossier.resolving_unit.in_(units), Dossier.receiving_unit.in_(units))
        )
    return list(session.scalars(query.order_by(Dossier.id)))


def load_open(
    session: Session, ids: Sequence[int], *, for_change: bool = False
) -> list[OpenDossier]:
    """Return those of ``ids`` that are still open and due, locked if asked, by id."""
    state = [getattr(Dossier, name) for name in NEEDED]
    query = (
        select(Dossier.id, DueVersion.due_at, DueVersion.overdue_at, DueVersion.ledger, *state)
        .join(
            DueVersion,
            and_(DueVersion.dossier_id == Dossier.id, DueVersion.version == Dossier.due_version),
        )
        .where(
            Dossier.id == one_of(ids), Dossier.ended_at.is_(None), Dossier.received_at.is_not(None)
        )
        .order_by(Dossier.id)
    )
    if for_change:
        query = query.with_for_update(of=Dossier)
    return [
        OpenDossier(
            id=row[0],
            state=DossierState(**dict(zip(NEEDED, row[4:], strict=True))),
            due_at=row[1],
            overdue_at=row[2],
            ledger=row[3],
        )
        for row in session.execute(query)
    ]


def write_due_dates(session: Session, states: Mapping[int, DossierState]) -> None:
    """Write moved due dates into their rows; every other column stays as it is."""
    names = ("version", "due_version", "due_at", "overdue_at", "due_set_at", "last_event_at")
    kinds: tuple[Any, ...] = (Integer, Integer, *([UtcDateTime] * 4))
    lists: list[Any] = [
        literal([getattr(state, name) for state in states.values()], ARRAY(kind))
        for name, kind in zip(names, kinds, strict=True)
    ]
    columns: list[Any] = [column(name, kind) for name, kind in zip(names, kinds, strict=True)]
    moved = (
        func.unnest(literal(list(states), ARRAY(BigInteger)), *lists)
        .table_valued(column("id", BigInteger), *columns, name="moved")
        .render_derived()
    )
    query = (
        update(Dossier)
        .where(Dossier.id == moved.c.id)
        .values({name: moved.c[name] for name in names})
        .execution_options(**NO_SYNC)
    )
    session.execute(query)


def write_moves(
    session: Session, campaign_id: int, moves: Sequence[Move], *, applied_at: datetime | None
) -> None:
    """Note what a campaign moves, in place of what a preview said of the same dossiers."""
    drop_moves(session, campaign_id, [move.dossier_id for move in moves])
    rows = (
        (
            *(campaign_id, move.dossier_id, move.unit_code, move.due_before, move.due_after),
            *(move.turn.value if move.turn else None, applied_at),
        )
        for move in moves
    )
    copy_rows(session, CampaignMove.__tablename__, MOVES, rows)


def drop_moves(session: Session, campaign_id: int, ids: Sequence[int] | None = None) -> None:
    """Forget what a preview said: of some dossiers, or of all that were not moved in the end."""
    query = delete(CampaignMove).where(
        CampaignMove.campaign_id == campaign_id, CampaignMove.applied_at.is_(None)
    )
    if ids is not None:
        query = query.where(CampaignMove.dossier_id == one_of(ids))
    session.execute(query, execution_options=NO_SYNC)


def count_moves(
    session: Session, campaign_id: int, units: Collection[str] | None
) -> list[MoveCount]:
    """Return the moves of a campaign by resolving unit, of ``units`` (None: of all).

    The unit None is the unassigned bucket, seen only with all.
    """
    move = CampaignMove
    turns = (Turn.BECOMES_LATE, Turn.BECOMES_IN_TIME)
    counts = [func.count().filter(move.turn == turn) for turn in turns]
    applied = func.count().filter(move.applied_at.is_not(None))
    query = (
        select(move.unit_code, func.count(), *counts, applied)
        .where(move.campaign_id == campaign_id)
        .group_by(move.unit_code)
        .order_by(move.unit_code)
    )
    if units is not None:
        query = query.where(move.unit_code.in_(units))
    return [MoveCount(*row[:5]) for row in session.execute(query)]


def list_moves(
    session: Session,
    campaign_id: int,
    units: Collection[str] | None,
    *,
    after_id: int,
    limit: int,
) -> list[tuple[CampaignMove, str]]:
    """Return moved dossiers of ``units`` (None: all) with their codes, by id."""
    query = (
        select(CampaignMove, Dossier.code)
        .join(Dossier, Dossier.id == CampaignMove.dossier_id)
        .where(CampaignMove.campaign_id == campaign_id, CampaignMove.dossier_id > after_id)
        .order_by(CampaignMove.dossier_id)
        .limit(limit)
    )
    if units is not None:
        query = query.where(
            or_(Dossier.resolving_unit.in_(units), Dossier.receiving_unit.in_(units))
        )
    return [(move, code) for move, code in session.execute(query)]
