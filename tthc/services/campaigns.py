"""Calendar campaigns as use cases: propose a decision, see what it moves, have it approved.

At the approval the calendar changes at once, for every dossier that comes in or moves from then
on; the open ones follow page by page (``campaign_pages``). Closed dossiers are never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.audit_entries import AuditAction
from tthc.domain.calendar_layers import CalendarLayers
from tthc.domain.campaign import (
    CampaignStateError,
    CampaignStatus,
    check_approval,
)
from tthc.domain.decision import Change, DecidedDay, Decision, settle, special_days
from tthc.domain.errors import ForbiddenError, NotFoundError, StaleError
from tthc.domain.moment import civil_day
from tthc.services.audit import Entry, write_entry
from tthc.services.calendar_revisions import revise
from tthc.services.reference import Reference, load_reference
from tthc.storage.queries import calendars as calendar_queries
from tthc.storage.queries import campaigns as queries
from tthc.storage.queries.campaigns import MoveCount
from tthc.storage.tables.campaigns import Campaign, CampaignDay, CampaignMove


@dataclass(frozen=True, slots=True)
class CampaignSheet:
    """A campaign with its days and, once previewed, what it moves by commune.

    A reader sees the communes of their scope. ``looked_at`` and ``unreadable`` count open
    dossiers of every unit concerned: None for who may not decide for all of these.
    """

    campaign: Campaign
    days: Sequence[CampaignDay]
    counts: Sequence[MoveCount]
    looked_at: int | None = None
    unreadable: int | None = None

    @property
    def moved(self) -> int:
        """How many open dossiers get another due date; as many printed slips are wrong."""
        return sum(count.moved for count in self.counts)


def propose_campaign(
    session: Session, decision: Decision, actor: Actor, *, now: datetime
) -> CampaignSheet:
    """Write a decision down as a draft. Nothing changes yet; a worker computes what it moves.

    Raises:
        UnitUnknownError, ForbiddenError: no such unit; not the actor's to change.
        DecisionRefusedError, CalendarInvalidError: it cannot be applied, and why.
    """
    reference = load_reference(session)
    _check_scope(reference, decision.unit_code, actor)
    settled = _settle(reference, decision, now=now)
    campaign = Campaign(
        unit_code=decision.unit_code,
        legal_basis=decision.legal_basis,
        source=decision.source,
        status=CampaignStatus.DRAFT,
        base_revision=reference.calendars.revision,
        proposed_by=actor.username,
        proposed_at=now,
    )
    session.add(campaign)
    session.flush()
    days = [
        CampaignDay(campaign_id=campaign.id, day=d.day, change=d.change, name=d.name)
        for d in settled
    ]
    session.add_all(days)
    session.flush()
    return CampaignSheet(campaign, days, (), 0, 0)


def preview_again(
    session: Session, campaign_id: int, actor: Actor, version: int | None, *, now: datetime
) -> CampaignSheet:
    """Have a draft computed anew, against the calendar and the dossiers as they are now.

    Raises:
        NotFoundError, StaleError, CampaignStateError: none such; changed since; no draft.
        DecisionRefusedError: it cannot be applied any more.
    """
    campaign = _take(session, campaign_id, actor, version)
    if campaign.status is not CampaignStatus.DRAFT:
        raise CampaignStateError("Thay đổi lịch không còn là dự thảo.", "it is no draft any more")
    reference = load_reference(session)
    _settle(reference, _decision(session, campaign), now=now)
    queries.drop_moves(session, campaign.id)
    campaign.base_revision = reference.calendars.revision
    campaign.previewed_at = None
    _begin_anew(campaign)
    return _changed(session, campaign, actor)


def approve_campaign(
    session: Session, campaign_id: int, actor: Actor, version: int | None, *, now: datetime
) -> CampaignSheet:
    """Make the decision the calendar's next revision; the open dossiers follow.

    Raises:
        NotFoundError, StaleError: none such in the actor's scope; changed since it was read.
        SecondPersonError: the actor proposed it.
        CampaignStateError: no draft, not previewed, or the calendar changed since the preview.
        DecisionRefusedError: it cannot be applied any more, for a day of it has passed.
    """
    calendar_queries.lock_calendar(session)
    campaign = _take(session, campaign_id, actor, version)
    previewed = campaign.previewed_at is not None
    check_approval(campaign.status, campaign.proposed_by, actor, is_previewed=previewed)
    reference = load_reference(session)
    if reference.calendars.revision != campaign.base_revision:
        raise CampaignStateError(
            "Lịch đã thay đổi sau khi tính ảnh hưởng; hãy tính lại.",
            "the calendar changed since the preview; preview it again",
        )
    decision = _decision(session, campaign)
    settled = _settle(reference, decision, now=now)
    campaign.revision = revise(session, decision, settled, now=now)
    campaign.status = CampaignStatus.APPROVED
    _begin_anew(campaign)
    campaign.approved_by, campaign.approved_at = actor.username, now
    write_entry(session, _approved(campaign, actor), now=now)
    return _changed(session, campaign, actor)


def _approved(campaign: Campaign, actor: Actor) -> Entry:
    facts = {"revision": campaign.revision}
    by, name = actor.username, f"campaign {campaign.id}"
    return Entry(AuditAction.CALENDAR_APPROVED, by, name, campaign.unit_code, facts)


def withdraw_campaign(
    session: Session, campaign_id: int, actor: Actor, version: int | None
) -> CampaignSheet:
    """Give a draft up. What was approved is taken back by another decision.

    Raises:
        NotFoundError, StaleError, CampaignStateError: none such; changed since; no draft.
    """
    campaign = _take(session, campaign_id, actor, version)
    if campaign.status is not CampaignStatus.DRAFT:
        raise CampaignStateError(
            "Chỉ hủy được dự thảo; lịch đã duyệt phải sửa bằng quyết định khác.",
            "only a draft can be withdrawn; what was approved needs another decision",
        )
    campaign.status = CampaignStatus.WITHDRAWN
    queries.drop_moves(session, campaign.id)
    return _changed(session, campaign, actor)


def find_campaign(session: Session, campaign_id: int, actor: Actor) -> CampaignSheet:
    """Return a campaign that concerns the actor, or raise NotFoundError."""
    campaign = queries.get_campaign(session, campaign_id)
    units = _units_heard_of(session, actor)
    if units is not None and campaign.unit_code not in {None, *units}:
        raise NotFoundError("Không tìm thấy thay đổi lịch.", "there is no such campaign")
    return _sheet(session, campaign, actor)


def list_campaigns(
    session: Session, actor: Actor, *, before_id: int | None, limit: int
) -> list[CampaignSheet]:
    """Return the campaigns that concern the actor, newest first, without counts."""
    units = _units_heard_of(session, actor)
    found = queries.list_campaigns(session, units, before_id=before_id, limit=limit)
    return [CampaignSheet(campaign, (), ()) for campaign in found]


def list_moved(
    session: Session, campaign_id: int, actor: Actor, *, after_id: int, limit: int
) -> list[tuple[CampaignMove, str]]:
    """Return the actor's dossiers that a campaign moves, with their codes, by id."""
    units = None if actor.scope.everything else actor.scope.units
    queries.get_campaign(session, campaign_id)
    return queries.list_moves(session, campaign_id, units, after_id=after_id, limit=limit)


def proposed_calendars(
    session: Session, campaign: Campaign, layers: CalendarLayers
) -> CalendarLayers:
    """Return ``layers`` as they would be with a campaign's days."""
    decision = _decision(session, campaign)
    return _applied(layers, decision, decision.days)


def units_concerned(reference: Reference, unit_code: str | None) -> frozenset[str] | None:
    """Return the units whose calendar a change at ``unit_code`` touches; None is every unit."""
    if unit_code is None:
        return None
    below = {u.code for u in reference.units.values() if u.parent_code == unit_code}
    return frozenset({unit_code, *below})


def _check_scope(reference: Reference, unit_code: str | None, actor: Actor) -> None:
    if unit_code is not None:
        reference.unit(unit_code)
    if not actor.scope.covers(unit_code):
        raise ForbiddenError(
            "Lịch của đơn vị này ngoài phạm vi của người dùng.",
            "this unit's calendar is outside the caller's scope",
            field="unit_code",
        )


def _units_heard_of(session: Session, actor: Actor) -> frozenset[str] | None:
    """Return the units whose calendar concerns the actor: theirs and the provinces above."""
    if actor.scope.everything:
        return None
    units = load_reference(session).units
    above = {units[code].parent_code for code in actor.scope.units if code in units}
    return actor.scope.units | {code for code in above if code is not None}


def _begin_anew(campaign: Campaign) -> None:
    campaign.done_through, campaign.looked_at, campaign.unreadable = 0, 0, 0


def _settle(reference: Reference, decision: Decision, *, now: datetime) -> tuple[DecidedDay, ...]:
    layers = reference.calendars
    standing = layers.days.get(decision.unit_code, {})
    calendar = layers.of(decision.unit_code)
    settled = settle(decision, standing, calendar, today=civil_day(now))
    _applied(layers, decision, settled).of(decision.unit_code)
    return settled


def _applied(
    layers: CalendarLayers, decision: Decision, settled: Sequence[DecidedDay]
) -> CalendarLayers:
    taken = {day.day for day in settled if day.change is Change.WITHDRAWN}
    return layers.changed(decision.unit_code, special_days(decision, settled), taken)


def _decision(session: Session, campaign: Campaign) -> Decision:
    days = queries.list_days(session, campaign.id)
    decided = tuple(DecidedDay(row.day, row.change, row.name) for row in days)
    return Decision(campaign.unit_code, campaign.legal_basis, campaign.source, decided)


def _take(session: Session, campaign_id: int, actor: Actor, version: int | None) -> Campaign:
    campaign = queries.get_campaign(session, campaign_id, for_change=True)
    if not actor.scope.covers(campaign.unit_code):
        raise NotFoundError("Không tìm thấy thay đổi lịch.", "there is no such campaign")
    if version not in {None, campaign.version}:
        raise StaleError(
            "Thay đổi lịch đã được người khác cập nhật; hãy tải lại.",
            "the campaign changed since it was read",
            version=str(campaign.version),
        )
    return campaign


def _changed(session: Session, campaign: Campaign, actor: Actor) -> CampaignSheet:
    campaign.version += 1
    session.flush()
    return _sheet(session, campaign, actor)


def _sheet(session: Session, campaign: Campaign, actor: Actor) -> CampaignSheet:
    days = queries.list_days(session, campaign.id)
    units = None if actor.scope.everything else actor.scope.units
    counts = queries.count_moves(session, campaign.id, units)
    if not actor.scope.covers(campaign.unit_code):
        return CampaignSheet(campaign, days, counts)
    return CampaignSheet(campaign, days, counts, campaign.looked_at, campaign.unreadable)
