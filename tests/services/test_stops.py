"""Stops of the clock as they are kept: who, why, until when; and what they do to alerts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import make
from tthc.domain.dossier import Channel, Details, StopReason
from tthc.domain.ladder import AlertKind
from tthc.domain.lifecycle import Action
from tthc.domain.replaying import replay
from tthc.services.deadlines import explain_dossier
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.loading import ReferenceFiles, load_reference_files
from tthc.services.overdue import sweep_page
from tthc.services.recording import present_due
from tthc.services.reference import load_reference
from tthc.storage.queries.dossiers import list_stops
from tthc.storage.tables.alerts import Alert

FLOOD = Details(
    reason="Lũ làm ngập trụ sở",
    stop_reason=StopReason.FORCE_MAJEURE,
    limit_on=date(2026, 3, 31),
)
PAPERS = Details(reason="Thiếu giấy tờ", papers=("Giấy khai sinh",))


@pytest.fixture
def dossier(session):
    make.a_desk(session)
    return make.a_dossier(session)


def step(session, dossier, action, days, details=PAPERS):
    at = make.NOW + timedelta(days=days)
    order = (action, Command(details, happened_at=at))
    act_on_dossier(session, dossier.code, order, make.everybody(), now=at)


def test_a_stop_tells_who_began_and_ended_it_why_and_until_when(session, dossier):
    step(session, dossier, Action.PAUSE, 1, FLOOD)
    step(session, dossier, Action.REQUEST_SUPPLEMENT, 2)
    step(session, dossier, Action.RESUME, 3)
    flood, papers = list_stops(session, dossier.id)
    assert (flood.reason, flood.why) == (StopReason.FORCE_MAJEURE, "Lũ làm ngập trụ sở")
    assert (flood.began_by, flood.ended_by) == ("all", "all")
    assert flood.limit_on == date(2026, 3, 31)
    assert flood.ended_at - flood.started_at == timedelta(days=2)
    assert papers.started_at > flood.started_at == papers.stood_since
    assert papers.ended_at is None
    told = explain_dossier(session, dossier.code, make.everybody(), now=make.NOW)
    assert [stop.reason for stop in told.stops] == [flood.reason, papers.reason]


def test_who_withdraws_ends_every_open_stop(session, dossier):
    step(session, dossier, Action.PAUSE, 1, FLOOD)
    step(session, dossier, Action.REQUEST_SUPPLEMENT, 2)
    step(session, dossier, Action.WITHDRAW, 3)
    ends = {stop.ended_at for stop in list_stops(session, dossier.id)}
    assert ends == {make.NOW + timedelta(days=3)}


def test_a_paused_dossier_raises_no_alert_and_takes_its_waiting_ones_back(session, dossier):
    step(session, dossier, Action.HAND_OVER, 0, Details(officer="officer"))
    step(session, dossier, Action.PAUSE, 1, FLOOD)
    late = make.NOW + timedelta(days=30)
    assert sweep_page(session, now=late).raised == 0
    step(session, dossier, Action.RESUME, 30)
    sweep_page(session, now=late + timedelta(days=30))
    assert list(session.scalars(select(Alert.kind))) == [AlertKind.DUE, AlertKind.UNAPOLOGISED]


def test_what_is_stored_is_what_its_derivation_gives_again(session, dossier):
    step(session, dossier, Action.REQUEST_SUPPLEMENT, 1)
    step(session, dossier, Action.TAKE_SUPPLEMENT, 8)
    step(session, dossier, Action.PAUSE, 9, FLOOD)
    step(session, dossier, Action.RESUME, 11)
    due = present_due(session, dossier)
    offices = load_reference(session).offices(dossier.receiving_unit, dossier.resolving_unit)
    assert replay(due.ledger, lambda _: offices) == due
    assert due.due_at == dossier.due_at


def edited(edit):
    rows = {key: [dict(row) for row in value] for key, value in make.reference_files().rows.items()}
    edit(rows)
    return ReferenceFiles(rows)


def test_a_dossier_keeps_the_limit_of_its_receipt_whatever_the_catalogue_becomes(session, dossier):
    def shorten(rows):
        for row in rows["time_limits"]:
            if row["procedure_code"] == make.GUARDIANSHIP:
                row["amount"] = "1"

    load_reference_files(session, edited(shorten), now=make.NOW)
    step(session, dossier, Action.REQUEST_SUPPLEMENT, 1)
    step(session, dossier, Action.TAKE_SUPPLEMENT, 7)
    assert dossier.due_at.date() == date(2026, 3, 12)
    fresh = make.a_dossier(session)
    assert fresh.due_at.date() == date(2026, 3, 3)


def test_a_disadvantaged_area_has_its_own_limit(session, dossier):
    def add(rows):
        row = next(r for r in rows["time_limits"] if r["procedure_code"] == make.GUARDIANSHIP)
        own = row | {"area_class": "kho_khan", "amount": "13"}
        rows["time_limits"].append(own)
        next(r for r in rows["units"] if r["code"] == make.MUONG_BI)["area_class"] = "kho_khan"

    load_reference_files(session, edited(add), now=make.NOW)
    elsewhere = make.a_dossier(session)
    there = make.a_dossier(session, receiving_unit=make.MUONG_BI)
    said = make.a_dossier(session, area_class="kho_khan")
    assert elsewhere.due_at.date() == date(2026, 3, 5)
    assert there.due_at.date() == said.due_at.date() == date(2026, 3, 19)


def test_an_online_dossier_is_received_under_the_version_in_force_that_day(session, dossier):

    registered = make.a_dossier(session, channel=Channel.ONLINE)

    def renew(rows):
        old = next(r for r in rows["procedures"] if r["code"] == make.GUARDIANSHIP)
        new = old | {"valid_from": "2026-03-04", "legal_basis": "QĐ mới"}
        old["valid_to"] = "2026-03-04"
        rows["procedures"].append(new)
        for row in [r for r in rows["time_limits"] if r["procedure_code"] == make.GUARDIANSHIP]:
            rows["time_limits"].append(row | {"version_from": "2026-03-04", "amount": "8"})
            row["version_from"] = "2025-07-01"

    load_reference_files(session, edited(renew), now=make.NOW)
    step(session, registered, Action.ACCEPT, 2, Details())
    assert registered.due_at.date() == date(2026, 3, 16)
    told = explain_dossier(session, registered.code, make.everybody(), now=make.NOW)
    assert "QĐ mới" in told.sentences[1]
    assert dossier.due_at.date() == date(2026, 3, 5)
