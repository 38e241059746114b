"""A notice is written with its event: both or neither, once, and for nobody's old events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import make
from tests.imports.world import a_file
from tests.imports.world import row as imported_row
from tests.imports.world import run as run_import
from tests.jobs.alerting import Clock, Inbox, a_post, act
from tests.jobs.noticing import CITIZEN, a_told_dossier, letter_rules, notices
from tests.services.swapping import APPROVED, approved, received
from tests.services.test_statements import counted
from tthc.domain.dossier import Details
from tthc.domain.lifecycle import Action
from tthc.domain.notices import NoticeKind
from tthc.domain.parties import Contact, NotifyBy
from tthc.jobs.delivering import deliver_notices
from tthc.services.contacts import ApplicantUnknownError, set_contact
from tthc.services.dossiers import Command
from tthc.storage.queries.notices import add_due_moved, add_notice
from tthc.storage.tables.dossiers import Dossier

__all__ = ["counted"]


@pytest.fixture
def told(session):
    make.a_desk(session)
    return a_told_dossier(session)


def kinds(session):
    return [(notice.kind, notice.occasion) for notice in notices(session)]


def test_an_event_that_is_rolled_back_leaves_no_notice(session, told):
    session.commit()
    act(session, told.code, Action.REQUEST_SUPPLEMENT, reason="Thiếu", papers=("A",))
    assert len(notices(session)) == 2
    session.rollback()
    assert kinds(session) == [(NoticeKind.RECEIVED, 1)]


def test_the_same_occasion_is_written_once(session, told):
    add_notice(session, told.id, NoticeKind.RECEIVED, 1, now=make.NOW)
    assert kinds(session) == [(NoticeKind.RECEIVED, 1)]


def test_lodging_for_who_gave_an_address_takes_one_more(session, counted):
    with counted() as seen:
        a_told_dossier(session)
    assert len(seen) == 7, seen  # as in test_statements, and the notice


@pytest.mark.parametrize(
    ("email", "action", "more"),
    [
        (None, Action.REQUEST_SUPPLEMENT, 0),
        (CITIZEN, Action.REQUEST_SUPPLEMENT, 1),
        (CITIZEN, Action.HAND_OVER, 0),
    ],
)
def test_a_step_takes_one_more_when_it_is_told(session, counted, email, action, more):
    codes = [a_told_dossier(session, address).code for address in (None, email)]
    costs = []
    for code in codes:
        session.expunge_all()
        with counted() as seen:
            act(session, code, action, reason="Thiếu", papers=("A",))
        costs.append(len(seen))
    assert costs[1] - costs[0] == more


def test_a_campaign_tells_those_whose_date_moved_and_gave_an_address(session, before_the_swap, run):
    applicant = make.a_person(email=CITIZEN)
    moved = received(session, "2025-12-30", applicant=applicant)
    received(session, "2025-12-30")
    received(session, "2025-12-24", applicant=applicant)
    approved(session, run)
    found = [n for n in notices(session) if n.kind is NoticeKind.DUE_MOVED]
    assert [(n.dossier_id, n.created_at) for n in found] == [(moved.id, APPROVED)]
    session.refresh(moved)
    assert found[0].occasion == moved.version
    add_due_moved(session, [moved.id], now=APPROVED)
    assert len([n for n in notices(session) if n.kind is NoticeKind.DUE_MOVED]) == 1


def test_a_campaigns_letter_names_the_decision_and_both_dates(
    session, sessions, before_the_swap, run
):
    received(session, "2025-12-30", applicant=make.a_person(email=CITIZEN))
    approved(session, run)
    inbox, clock = Inbox(), Clock(APPROVED + timedelta(hours=1))
    deliver_notices(a_post(sessions, inbox, clock), letter_rules())
    body = inbox.messages[-1].letter.body
    assert "Hẹn trả trước đây: 17:00 05/01/2026\nHẹn trả mới: 17:00 06/01/2026\n" in body
    assert "lịch làm việc thay đổi theo Công văn 12729/VPCP-KGVX (25/12/2025)" in body


def test_what_came_by_import_tells_nobody_and_has_nobody_to_tell(session, sessions):
    make.a_desk(session)
    session.commit()
    run_import(sessions, a_file(imported_row(1, state="running", out="")))
    code = session.scalars(select(Dossier.code)).one()
    act(session, code, Action.FINISH, now=make.NOW + timedelta(days=300))
    assert notices(session) == []
    order = (Contact(CITIZEN, NotifyBy.EMAIL), Command(Details()))
    act_again = make.a_dossier(session, now=make.NOW).code
    set_contact(session, act_again, order, make.everybody(), now=make.NOW)
    with pytest.raises(ApplicantUnknownError):
        set_contact(session, code, order, make.everybody(), now=make.NOW + timedelta(days=300))


def test_who_gives_an_address_later_hears_of_what_comes_then(session):
    make.a_desk(session)
    code = make.a_dossier(session).code
    order = (Contact(CITIZEN, NotifyBy.EMAIL), Command(Details()))
    set_contact(session, code, order, make.everybody(), now=make.NOW)
    assert notices(session) == []
    act(session, code, Action.WITHDRAW, reason="Theo đơn")
    assert kinds(session) == [(NoticeKind.WITHDRAWN, 3)]
