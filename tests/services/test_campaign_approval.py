"""Who may change the calendar, and when: a second person, what was looked at, their own unit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import make
from tests.services.swapping import (
    AN,
    ANNOUNCED,
    APPROVED,
    BINH,
    MUONG_BI_ONLY,
    SWAP,
    approved,
    due_on,
    proposed,
    received,
    somebody,
)
from tthc.domain.audit_entries import AuditAction
from tthc.domain.campaign import CampaignStateError, CampaignStatus, SecondPersonError
from tthc.domain.decision import Change, DecidedDay, Decision, DecisionRefusedError
from tthc.domain.errors import ForbiddenError, NotFoundError, StaleError
from tthc.services.campaigns import (
    approve_campaign,
    find_campaign,
    list_campaigns,
    list_moved,
    preview_again,
    propose_campaign,
    withdraw_campaign,
)
from tthc.storage.tables.audit import AuditEntry


def test_a_second_person_approves_what_was_looked_at(session, before_the_swap, run):
    campaign = proposed(session)
    with pytest.raises(CampaignStateError):
        approve_campaign(session, campaign, BINH, None, now=APPROVED)
    run(campaign)
    with pytest.raises(SecondPersonError):
        approve_campaign(session, campaign, AN, None, now=APPROVED)
    with pytest.raises(StaleError):
        approve_campaign(session, campaign, BINH, 1, now=APPROVED)
    approve_campaign(session, campaign, BINH, 2, now=APPROVED)
    for again in (approve_campaign, preview_again):
        with pytest.raises(CampaignStateError):
            again(session, campaign, BINH, None, now=APPROVED)
    with pytest.raises(CampaignStateError):
        withdraw_campaign(session, campaign, AN, None)


def test_a_preview_on_another_calendar_must_be_made_again(session, before_the_swap, run):
    campaign = proposed(session)
    run(campaign)
    other = Decision(None, "CV", "x", (DecidedDay(date(2026, 12, 25), Change.OFF, "Nghỉ"),))
    approved(session, run, other)
    with pytest.raises(CampaignStateError):
        approve_campaign(session, campaign, BINH, None, now=APPROVED)
    preview_again(session, campaign, AN, None, now=APPROVED)
    session.commit()
    run(campaign)
    approve_campaign(session, campaign, BINH, None, now=APPROVED)


def test_a_day_that_passed_before_the_approval_is_refused_then(session, before_the_swap, run):
    campaign = proposed(session)
    run(campaign)
    late = datetime(2026, 1, 12, 3, 0, tzinfo=UTC)
    with pytest.raises(DecisionRefusedError) as refused:
        approve_campaign(session, campaign, BINH, None, now=late)
    assert refused.value.details["rule"] == "not_worked_then"


def test_a_day_off_is_taken_back_by_another_decision(session, before_the_swap, run):
    dossier = received(session, "2025-12-30")
    approved(session, run)
    days = tuple(DecidedDay(day.day, Change.WITHDRAWN, "Bãi bỏ") for day in SWAP.days)
    approved(session, run, Decision(None, "CV 2", "x", days), now=APPROVED + timedelta(days=1))
    session.refresh(dossier)
    assert due_on(dossier) == date(2026, 1, 5)
    assert dossier.due_version == 3


def test_nobody_decides_for_another_unit(session, before_the_swap, run):
    mine = somebody("chi", MUONG_BI_ONLY)
    with pytest.raises(ForbiddenError):
        propose_campaign(session, SWAP, mine, now=ANNOUNCED)
    flood = Decision(make.TAN_LAC, "TB", "x", SWAP.days[:1])
    with pytest.raises(ForbiddenError):
        propose_campaign(session, flood, mine, now=ANNOUNCED)
    campaign = proposed(session, flood)
    for forbidden in (approve_campaign, preview_again):
        with pytest.raises(NotFoundError):
            forbidden(session, campaign, mine, None, now=ANNOUNCED)
    with pytest.raises(NotFoundError):
        find_campaign(session, campaign, mine)
    national = proposed(session)
    provincial = proposed(session, Decision(make.PROVINCE, "QĐ", "x", SWAP.days[:1]))
    listed = [s.campaign.id for s in list_campaigns(session, mine, before_id=None, limit=9)]
    assert listed == [provincial, national]
    assert find_campaign(session, provincial, mine).campaign.id == provincial
    with pytest.raises(NotFoundError):
        approve_campaign(session, national, mine, None, now=ANNOUNCED)


def test_each_sees_only_their_own_moved_dossiers(session, before_the_swap, run):
    received(session, "2025-12-30")
    theirs = received(session, "2025-12-30", receiving_unit=make.MUONG_BI)
    campaign = approved(session, run)
    clerk = make.a_clerk(make.MUONG_BI)
    found = list_moved(session, campaign, clerk, after_id=0, limit=10)
    assert [code for _, code in found] == [theirs.code]
    assert list_moved(session, campaign, clerk, after_id=theirs.id, limit=10) == []


def test_an_approval_is_written_down(session, before_the_swap, run):
    campaign = approved(session, run)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.subject) == (AuditAction.CALENDAR_APPROVED, f"campaign {campaign}")
    assert entry.facts["revision"] > 1


def test_a_withdrawn_draft_leaves_nothing(session, before_the_swap, run):
    received(session, "2025-12-30")
    campaign = proposed(session)
    run(campaign)
    sheet = withdraw_campaign(session, campaign, AN, None)
    assert (sheet.campaign.status, sheet.moved) == (CampaignStatus.WITHDRAWN, 0)
    session.commit()
    assert run(campaign) == 0
