"""The real swap of 2 January 2026 as a campaign, and everything that may not happen on the way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from tests import make
from tests.services.swapping import (
    AN,
    ANNOUNCED,
    APPROVED,
    BINH,
    approved,
    due_on,
    proposed,
    received,
)
from tthc.domain.campaign import CampaignStatus
from tthc.domain.decision import Change, DecidedDay, Decision, DecisionRefusedError
from tthc.domain.dossier import Details, rebuild
from tthc.domain.lifecycle import Action
from tthc.domain.moment import civil_day
from tthc.domain.replaying import replay
from tthc.domain.scope import EVERYTHING
from tthc.jobs.campaigning import run_campaign, run_waiting
from tthc.services import campaign_pages
from tthc.services.campaigns import (
    approve_campaign,
    find_campaign,
)
from tthc.services.deadlines import explain_dossier
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.metrics import make_period, measure_communes
from tthc.services.recording import present_due, state_of
from tthc.services.reference import load_reference
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.dossiers import DossierEvent


def test_the_swap_moves_exactly_those_whose_days_it_touches(session, before_the_swap, run):
    # 3 working days: Fri 2/1 was to count as one; now it is off, and Sat 10/1 is worked.
    days = ["2025-12-24", "2025-12-26", "2025-12-29", "2025-12-30", "2025-12-31", "2026-01-05"]
    dossiers = [received(session, day) for day in days[:5]]
    before = [due_on(d) for d in dossiers]
    assert [d.isoformat() for d in before] == [
        "2025-12-29",
        "2025-12-31",
        "2026-01-02",
        "2026-01-05",
        "2026-01-06",
    ]
    versions = [d.version for d in dossiers]
    approved(session, run)
    for dossier in dossiers:
        session.refresh(dossier)
    assert [due_on(d).isoformat() for d in dossiers] == [
        "2025-12-29",
        "2025-12-31",
        "2026-01-05",
        "2026-01-06",
        "2026-01-07",
    ]
    assert [d.version - v for d, v in zip(dossiers, versions, strict=True)] == [0, 0, 1, 1, 1]
    assert [civil_day(d.original_due_at) for d in dossiers] == before
    late = received(session, "2026-01-07", happened_at=None)
    assert due_on(late).isoformat() == "2026-01-10"


def test_applying_it_again_changes_nothing(session, before_the_swap, run):
    dossier = received(session, "2025-12-30")
    campaign = approved(session, run)
    session.refresh(dossier)
    version, events = dossier.version, session.scalar(select(func.count(DossierEvent.id)))
    assert run(campaign) == 0
    row = find_campaign(session, campaign, AN).campaign
    row.status, row.done_through = CampaignStatus.APPROVED, 0
    session.commit()
    assert run(campaign) == 1
    session.refresh(dossier)
    assert dossier.version == version
    assert session.scalar(select(func.count(DossierEvent.id))) == events
    with pytest.raises(DecisionRefusedError) as refused:
        proposed(session, now=APPROVED)
    assert refused.value.details["rule"] == "changes_nothing"


def test_nothing_moves_before_the_approval_and_the_preview_tells_what_will(
    session, before_the_swap, run
):
    first = received(session, "2025-12-30")
    received(session, "2025-12-29", receiving_unit=make.MUONG_BI)
    received(session, "2025-12-24")
    campaign = proposed(session)
    assert find_campaign(session, campaign, AN).moved == 0
    run(campaign, ANNOUNCED)
    sheet = find_campaign(session, campaign, AN)
    assert {c.unit_code: (c.moved, c.applied) for c in sheet.counts} == {
        make.TAN_LAC: (1, 0),
        make.MUONG_BI: (1, 0),
    }
    assert (sheet.moved, sheet.campaign.previewed_at) == (2, ANNOUNCED)
    session.refresh(first)
    assert due_on(first) == date(2026, 1, 5)
    assert load_reference(session).calendar.is_working_day(date(2026, 1, 2))


def test_who_becomes_late_or_in_time_is_told_by_commune(session, before_the_swap, run):
    received(session, "2025-12-30")
    received(session, "2025-12-31", receiving_unit=make.MUONG_BI)
    tomorrow = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)  # Tuesday 6/1, 01:00
    storm = (
        DecidedDay(date(2026, 1, 2), Change.OFF, "Bão"),
        DecidedDay(date(2026, 1, 5), Change.OFF, "Bão"),
    )
    campaign = proposed(session, Decision(None, "CV", "x", storm), now=tomorrow)
    run(campaign, tomorrow)
    counts = {c.unit_code: c for c in find_campaign(session, campaign, AN).counts}
    assert (counts[make.TAN_LAC].becomes_in_time, counts[make.TAN_LAC].becomes_late) == (1, 0)
    assert (counts[make.MUONG_BI].becomes_in_time, counts[make.MUONG_BI].moved) == (0, 1)


def test_a_made_up_saturday_can_make_a_dossier_late(session, before_the_swap, run):
    dossier = received(session, "2026-01-07")
    assert due_on(dossier) == date(2026, 1, 12)
    now = datetime(2026, 1, 8, 3, 0, tzinfo=UTC)
    only = Decision(None, "CV", "x", (DecidedDay(date(2026, 1, 10), Change.MAKE_UP, "Làm bù"),))
    campaign = proposed(session, only, now=now)
    run(campaign, now + timedelta(days=3))
    (count,) = find_campaign(session, campaign, AN).counts
    assert (count.moved, count.becomes_late) == (1, 1)


def test_the_derivation_says_which_decision_moved_it_and_replays(session, before_the_swap, run):
    dossier = received(session, "2025-12-30")
    approved(session, run)
    session.refresh(dossier)
    told = explain_dossier(session, dossier.code, make.everybody(), now=APPROVED)
    assert told.sentences[-1] == (
        "Lịch làm việc thay đổi theo Công văn 12729/VPCP-KGVX (25/12/2025): ngày hẹn trả"
        " chuyển từ 17:00 05/01/2026 sang 17:00 06/01/2026."
    )
    assert (date(2026, 1, 2), "Nghỉ hoán đổi, làm bù 10/01/2026") in told.skipped
    offices = load_reference(session).offices(dossier.receiving_unit, dossier.resolving_unit)
    due = present_due(session, dossier)
    assert replay(due.ledger, lambda _: offices) == due
    changes = session.scalars(
        select(DossierEvent.changes)
        .where(DossierEvent.dossier_id == dossier.id)
        .order_by(DossierEvent.version)
    ).all()
    assert rebuild(changes) == state_of(dossier)


def test_closed_dossiers_and_figures_of_the_past_stay(session, before_the_swap, run):
    dossier = received(session, "2025-12-30")
    for days, action, details in [
        (0, Action.HAND_OVER, Details(officer="officer")),
        (1, Action.FINISH, Details(result_code="1/QĐ")),
    ]:
        at = datetime(2025, 12, 30, 4, 0, tzinfo=UTC) + timedelta(days=days)
        order = (action, Command(details, happened_at=at))
        act_on_dossier(session, dossier.code, order, make.everybody(), now=at)
    received(session, "2025-12-31")
    session.commit()
    as_of = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
    period = make_period(date(2025, 12, 1), date(2026, 1, 31), as_of)
    before = measure_communes(session, period, EVERYTHING, as_of=as_of).total
    version = dossier.version
    approved(session, run, now=as_of + timedelta(hours=3))
    session.refresh(dossier)
    assert dossier.version == version
    assert measure_communes(session, period, EVERYTHING, as_of=as_of).total == before


def test_only_the_unit_that_closes_is_concerned(session, before_the_swap, run):
    here = received(session, "2025-12-24")
    there = received(session, "2025-12-24", receiving_unit=make.MUONG_BI)
    flood = Decision(
        make.TAN_LAC,
        "Thông báo 12/TB-UBND",
        "UBND xã",
        (DecidedDay(date(2025, 12, 26), Change.OFF, "Lũ, cắt điện toàn xã"),),
    )
    approved(session, run, flood, now=ANNOUNCED)
    session.refresh(here)
    session.refresh(there)
    assert (due_on(here), due_on(there)) == (date(2025, 12, 30), date(2025, 12, 29))


def test_those_concerned_hear_of_it_once_and_the_ladder_is_not_silenced(
    session, before_the_swap, run
):
    received(session, "2025-12-30")
    received(session, "2025-12-24")
    campaign = approved(session, run)
    run(campaign)
    alerts = session.scalars(select(Alert)).all()
    assert [(a.rung, a.amount) for a in alerts] == [("due_moved", None)]


def test_what_was_done_between_proposal_and_application_counts(session, before_the_swap, run):
    dossier = received(session, "2025-12-30")
    campaign = proposed(session)
    run(campaign, ANNOUNCED)
    approve_campaign(session, campaign, BINH, None, now=APPROVED)
    session.commit()
    asked = datetime(2025, 12, 31, 2, 0, tzinfo=UTC)
    order = (Action.WITHDRAW, Command(Details(reason="Rút"), happened_at=asked))
    act_on_dossier(session, dossier.code, order, make.everybody(), now=asked)
    session.commit()
    run(campaign, asked)
    sheet = find_campaign(session, campaign, AN)
    assert (sheet.campaign.status, sheet.moved) == (CampaignStatus.APPLIED, 0)


def test_a_killed_worker_is_gone_on_after_and_workers_share_the_pages(
    session, before_the_swap, sessions, monkeypatch
):
    dossiers = [received(session, "2025-12-30") for _ in range(7)]
    monkeypatch.setattr(campaign_pages, "PAGE", 2)
    campaign = proposed(session)
    looks = Counter()

    def clock():
        looks["now"] += 1
        if looks["now"] in (2, 3):
            raise KeyboardInterrupt
        return APPROVED

    for _ in range(3):
        try:
            run_campaign(sessions, campaign, clock=clock)
        except KeyboardInterrupt:
            continue
    assert find_campaign(session, campaign, AN).moved == 7
    approve_campaign(session, campaign, BINH, None, now=APPROVED)
    session.commit()
    with sessions.begin() as one:
        ids = campaign_pages.list_work(one, campaign)
        assert campaign_pages.take_page(one, campaign, ids, now=APPROVED) == 2
    with sessions.begin() as two:
        assert campaign_pages.take_page(two, campaign, ids, now=APPROVED) == 2
    assert run_waiting(sessions, clock=lambda: APPROVED) == 3
    for dossier in dossiers:
        session.refresh(dossier)
    assert {d.due_version for d in dossiers} == {2}


def test_a_derivation_that_cites_no_limit_is_counted_and_left(session, before_the_swap, run):
    dossier = received(session, "2025-12-30")
    session.execute(
        text(
            'UPDATE due_versions SET ledger = \'[{"kind": "received",'
            ' "at": "2025-12-30T03:00:00+00:00", "facts": {}}]\''
        )
    )
    campaign = approved(session, run)
    session.refresh(dossier)
    sheet = find_campaign(session, campaign, AN)
    assert (dossier.due_version, sheet.campaign.unreadable, sheet.moved) == (1, 1, 0)
