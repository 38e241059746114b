"""What waits is sent once, put off when it fails, and dropped when it is out of date."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from tests.jobs.alerting import (
    LATE,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    act,
    alerts,
    deliveries,
    raise_and_route,
    somebody,
)
from tests.make import MUONG_BI, TAN_LAC
from tthc.channels.outgoing import FailureKind
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.domain.messages import once_each, write_mail
from tthc.jobs.delivering import DeliveryReport, deliver_all, route_all
from tthc.services.accounts import disable_user
from tthc.services.deliveries import claim_page
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.dossiers import Dossier

OFFICER, MANAGER = "officer@example.org", "manager@example.org"
SENT, PARKED, WAITING = DeliveryStatus.SENT, DeliveryStatus.PARKED, DeliveryStatus.WAITING
WITHDRAWN = DeliveryStatus.WITHDRAWN


def states(session):
    return {delivery.status for delivery in deliveries(session)}


def test_everybody_gets_one_message_about_everything(session, sessions, clock, inbox, dossiers):
    report = deliver_all(a_post(sessions, inbox, clock))
    assert report == DeliveryReport(messages=2, sent=6)
    assert inbox.addresses == [MANAGER, OFFICER]
    assert [line.dossier_code for line in inbox.messages[0].lines] == dossiers
    assert {line.days for line in inbox.messages[0].lines} == {1}
    assert states(session) == {SENT}
    assert {delivery.message_id for delivery in deliveries(session)} == {
        message.message_id for message in inbox.messages
    }


def test_sending_twice_sends_once(sessions, clock, inbox, dossiers):
    deliver_all(a_post(sessions, inbox, clock))
    assert deliver_all(a_post(sessions, inbox, clock)) == DeliveryReport()
    assert len(inbox.messages) == 2


def test_a_dossier_finished_between_alert_and_mail_is_left_out(
    session, sessions, clock, inbox, dossiers
):
    act(session, dossiers[0], Action.FINISH, now=LATE)
    session.commit()
    report = deliver_all(a_post(sessions, inbox, clock))
    assert (report.messages, report.sent, report.withdrawn) == (2, 4, 2)
    assert all(line.dossier_code in dossiers[1:] for m in inbox.messages for line in m.lines)
    assert [alert.withdrawn_at for alert in alerts(session)] == [LATE, None, None]


def test_a_dossier_whose_clock_stopped_in_time_is_left_out(
    session, sessions, clock, inbox, dossiers
):
    in_time = LATE - timedelta(days=2)
    for code in dossiers:
        act(session, code, Action.REQUEST_SUPPLEMENT, now=in_time, reason="Thiếu", papers=("A",))
    session.commit()
    report = deliver_all(a_post(sessions, inbox, clock))
    assert (report.messages, report.withdrawn) == (0, 6)
    assert states(session) == {WITHDRAWN}


def test_who_was_late_before_the_clock_stopped_is_told_as_late_as_then(
    session, sessions, clock, inbox, dossiers
):
    for code in dossiers:
        act(session, code, Action.REQUEST_SUPPLEMENT, now=LATE, reason="Thiếu", papers=("A",))
    session.commit()
    clock.forward(days=7)
    assert deliver_all(a_post(sessions, inbox, clock)).sent == 6
    assert {line.days for line in inbox.messages[0].lines} == {1}


def test_a_due_date_that_moved_is_not_told_any_more(session, sessions, clock, inbox, dossiers):
    session.execute(update(Dossier).values(due_version=Dossier.due_version + 1))
    session.commit()
    assert deliver_all(a_post(sessions, inbox, clock)).withdrawn == 6
    assert inbox.messages == []


def test_a_dossier_that_moved_to_another_unit_is_told_there(
    session, sessions, clock, inbox, dossiers
):
    somebody(session, "neighbour", (Role.MANAGER, MUONG_BI))
    session.execute(update(Dossier).values(resolving_unit=MUONG_BI, officer=None))
    session.commit()
    post = a_post(sessions, inbox, clock)
    assert deliver_all(post).withdrawn == 6
    assert route_all(sessions, clock=clock).routed == 3
    assert deliver_all(post).sent == 3
    assert inbox.addresses == ["neighbour@example.org"]
    assert {alert.unit_code for alert in alerts(session)} == {MUONG_BI}


def test_who_left_gets_no_mail_and_the_others_stay_told_once(
    session, sessions, clock, inbox, dossiers
):
    disable_user(session, "officer", now=LATE)
    session.commit()
    post = a_post(sessions, inbox, clock)
    deliver_all(post)
    route_all(sessions, clock=clock)
    deliver_all(post)
    assert inbox.addresses == [MANAGER]


def test_a_withdrawn_delivery_waits_again_when_its_alert_comes_back(
    session, sessions, clock, inbox, dossiers
):
    somebody(session, "neighbour", (Role.MANAGER, MUONG_BI))
    post = a_post(sessions, inbox, clock)
    for unit in (MUONG_BI, TAN_LAC):
        session.execute(update(Dossier).values(resolving_unit=unit, officer=None))
        session.commit()
        deliver_all(post)
        route_all(sessions, clock=clock)
    deliver_all(post)
    assert inbox.addresses == [MANAGER]


def test_a_message_is_never_torn_in_two_by_a_page(session, sessions, clock, inbox, dossiers):
    failing = a_post(sessions, Inbox(failing=FailureKind.REFUSED_4XX), clock)
    deliver_all(failing)
    clock.forward(minutes=1)
    for size in (4, 5):
        with sessions.begin() as working:
            [only] = claim_page(working, {"mail"}, now=clock(), size=size)
            assert len(only.delivery_ids) == 3
            working.rollback()
    deliver_all(a_post(sessions, inbox, clock), size=4)
    assert [len(message.lines) for message in inbox.messages] == [3, 3]


def test_a_dossier_is_one_line_for_each_kind_and_one_paragraph(
    session, sessions, clock, inbox, dossiers
):
    clock.forward(days=4)
    raise_and_route(sessions, clock)
    clock.forward(minutes=2)
    deliver_all(a_post(sessions, inbox, clock))
    [to_manager] = [m for m in inbox.messages if m.address == MANAGER]
    assert len(to_manager.lines) == 9
    told = once_each(to_manager.lines)
    assert [(line.dossier_code, line.rung) for line in told] == [
        (code, rung) for code in dossiers for rung in ("late_3", "unapologised_2")
    ]
    body = write_mail(told).body
    assert "Có 3 hồ sơ" in body
    assert body.count("quá hạn 3 ngày làm việc; đã quá hạn mà chưa có văn bản xin lỗi.") == 3


def test_a_warning_says_how_many_working_days_are_left(session, sessions, clock, inbox):
    a_staffed_desk(session)
    a_late_dossier(session)
    session.commit()
    clock.at = LATE - timedelta(days=3)  # Tuesday, and due on Thursday
    raise_and_route(sessions, clock)
    clock.forward(minutes=2)
    deliver_all(a_post(sessions, inbox, clock))
    assert {(line.rung, line.days, line.is_past) for line in inbox.messages[0].lines} == {
        ("due_in_2", -2, False)
    }
