"""A campaign's open dossiers, page by page: what would move (preview), and moving it (apply).

A page is one transaction under the campaign's row lock, so several workers take different pages
and a killed one is gone on after. Applied twice, nothing moves any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.calendar_layers import CalendarLayers
from tthc.domain.campaign import CampaignStatus, Move, judge_move
from tthc.domain.deadlines import Offices
from tthc.domain.dossier import DossierState
from tthc.domain.ledger import Due
from tthc.domain.lifecycle import Action
from tthc.domain.moment import ONE_DAY, start_of_day
from tthc.domain.outcomes import set_due
from tthc.domain.replaying import NotReplayableError, recalculate
from tthc.services.campaigns import proposed_calendars, units_concerned
from tthc.services.copying import DUE, EVENT, due_row, event_row
from tthc.services.recording import Happening, load_ledger
from tthc.services.reference import load_reference
from tthc.storage.bulk import copy_rows
from tthc.storage.queries import campaigns as queries
from tthc.storage.queries.alerts import raise_due_moved
from tthc.storage.queries.campaigns import OpenDossier
from tthc.storage.queries.notices import add_due_moved
from tthc.storage.tables.campaigns import Campaign

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class _Moved:
    """A dossier whose due date another calendar moves."""

    found: OpenDossier
    due: Due
    move: Move


@dataclass(slots=True)
class _Judged:
    """What a page of dossiers comes to."""

    moved: list[_Moved]
    unreadable: int = 0


def list_work(session: Session, campaign_id: int) -> list[int]:
    """Return the dossiers that a campaign has still to look at, by id; empty when it is done."""
    campaign = queries.get_campaign(session, campaign_id)
    if not _is_open(campaign):
        return []
    days = [row.day for row in queries.list_days(session, campaign_id)]
    units = units_concerned(load_reference(session), campaign.unit_code)
    within = (start_of_day(min(days)), start_of_day(max(days) + ONE_DAY))
    return queries.list_movable(session, units, within, after_id=campaign.done_through)


def take_page(session: Session, campaign_id: int, ids: Sequence[int], *, now: datetime) -> int:
    """Look at up to a page of ``ids`` that were not looked at yet; return at how many.

    A draft's page is previewed, an approved campaign's is moved. 0 means that all were looked
    at, and closes the preview or the application.
    """
    campaign = queries.get_campaign(session, campaign_id, for_change=True)
    if not _is_open(campaign):
        return 0
    page = [i for i in ids if i > campaign.done_through][:PAGE]
    if not page:
        _close(session, campaign, now=now)
        return 0
    if campaign.status is CampaignStatus.APPROVED:
        judged = _apply(session, campaign, page, now=now)
    else:
        judged = _preview(session, campaign, page, now=now)
    applied_at = now if campaign.status is CampaignStatus.APPROVED else None
    moves = [moved.move for moved in judged.moved]
    queries.write_moves(session, campaign_id, moves, applied_at=applied_at)
    campaign.done_through = page[-1]
    campaign.looked_at += len(page)
    campaign.unreadable += judged.unreadable
    return len(page)


def _is_open(campaign: Campaign) -> bool:
    is_draft = campaign.status is CampaignStatus.DRAFT and campaign.previewed_at is None
    return is_draft or campaign.status is CampaignStatus.APPROVED


def _close(session: Session, campaign: Campaign, *, now: datetime) -> None:
    if campaign.status is CampaignStatus.APPROVED:
        campaign.status, campaign.applied_at = CampaignStatus.APPLIED, now
        queries.drop_moves(session, campaign.id)
    else:
        campaign.previewed_at = now
    campaign.version += 1


def _preview(session: Session, campaign: Campaign, ids: Sequence[int], *, now: datetime) -> _Judged:
    layers = proposed_calendars(session, campaign, load_reference(session).calendars)
    return _judge(queries.load_open(session, ids), layers, campaign, now=now)


def _apply(session: Session, campaign: Campaign, ids: Sequence[int], *, now: datetime) -> _Judged:
    """Move a page of dossiers: rows, events, due versions with their derivation, notices."""
    layers = load_reference(session).calendars
    found = queries.load_open(session, ids, for_change=True)
    judged = _judge(found, layers, campaign, now=now)
    states: dict[int, DossierState] = {}
    events, dues = [], []
    facts = {"campaign": campaign.id, "legal_basis": campaign.legal_basis}
    told = Happening(Action.RECALCULATE, campaign.approved_by or "", now, now, facts)
    for moved in judged.moved:
        before, key = moved.found.state, moved.found.id
        at = max(now, before.last_event_at or now)
        begun = replace(before, version=before.version + 1, last_event_at=at)
        after = set_due(begun, moved.due, at).state
        states[key] = after
        happening = replace(told, happened_at=at)
        events.append(event_row(key, happening, before, after))
        dues.append(due_row(key, after, moved.due, Action.RECALCULATE))
    if states:
        copy_rows(session, "due_versions", DUE, dues)
        copy_rows(session, "dossier_events", EVENT, events)
        queries.write_due_dates(session, states)
        raise_due_moved(session, list(states), now=now)
        add_due_moved(session, list(states), now=now)
    return judged


def _judge(
    found: Sequence[OpenDossier], layers: CalendarLayers, campaign: Campaign, *, now: datetime
) -> _Judged:
    judged = _Judged([])
    for dossier in found:
        state = dossier.state
        resolving = state.resolving_unit or state.receiving_unit
        offices = Offices(layers.of(state.receiving_unit), layers.of(resolving))
        before = _due_of(dossier)
        try:
            after = recalculate(before, offices, at=now, legal_basis=campaign.legal_basis)
        except NotReplayableError:
            judged.unreadable += 1
            continue
        if after is None:
            continue
        judged_at = state.stopped_at or now
        move = judge_move(dossier.id, state.resolving_unit, (before, after), judged_at=judged_at)
        judged.moved.append(_Moved(dossier, after, move))
    return judged


def _due_of(dossier: OpenDossier) -> Due:
    granularity = dossier.state.due_granularity
    if granularity is None:
        raise AssertionError("a due date without its granularity")
    ledger = load_ledger(dossier.ledger)
    return Due(dossier.due_at, dossier.overdue_at, granularity, ledger)
