"""Who gave an address is told once of each event, by day, and never what is no longer true."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import make
from tests.jobs.alerting import LATE, act
from tests.jobs.noticing import CITIZEN, DELAY, a_told_dossier, letter_rules, notices
from tthc.domain.dossier import ReturnForm, StopReason
from tthc.domain.lifecycle import Action
from tthc.domain.notices import NoticeKind
from tthc.domain.parties import NotifyBy
from tthc.jobs.delivering import DeliveryReport
from tthc.services.notice_sending import NoticeOutbox
from tthc.storage.tables.alerts import DeliveryStatus

SENT, PARKED, WAITING = DeliveryStatus.SENT, DeliveryStatus.PARKED, DeliveryStatus.WAITING
WITHDRAWN = DeliveryStatus.WITHDRAWN


def letters(inbox):
    return [message.letter for message in inbox.messages]


def states(session):
    return [(notice.kind.value, notice.status) for notice in notices(session)]


def test_the_receipt_is_told_with_the_date_and_where_to_ask(session, told_dossier, send, inbox):
    assert send() == DeliveryReport(messages=1, sent=1)
    [message] = inbox.messages
    assert (message.address, message.channel) == (CITIZEN, "mail")
    assert message.letter.subject == f"Đã tiếp nhận hồ sơ {told_dossier.code}"
    body = message.letter.body
    assert "Trung tâm Phục vụ hành chính công xã Tân Lạc đã tiếp nhận hồ sơ" in body
    assert "Hẹn trả kết quả: 17:00 05/03/2026\n" in body
    assert "Thời điểm tiếp nhận: 10:00 02/03/2026\n" in body
    assert "Bùi Thị Hoà" not in body
    assert "$" not in body
    assert states(session) == [("received", SENT)]


def test_sending_again_sends_nothing(told_dossier, send, inbox):
    send()
    assert send() == DeliveryReport()
    assert len(inbox.messages) == 1


def test_what_is_missing_is_listed_as_it_was_asked_for(session, told_dossier, send, inbox, clock):
    send()
    papers = ("Giấy chứng sinh", "Bản sao hộ khẩu $5")
    until = date(2026, 3, 20)
    told = {"reason": "Thiếu giấy tờ", "papers": papers, "limit_on": until}
    act(session, told_dossier.code, Action.REQUEST_SUPPLEMENT, now=clock(), **told)
    session.commit()
    clock.forward(minutes=5)
    assert send().sent == 1
    body = inbox.messages[-1].letter.body
    assert "- Giấy chứng sinh\n- Bản sao hộ khẩu $5\n" in body
    assert "Lý do: Thiếu giấy tờ\n" in body
    assert "trước hết ngày: 20/03/2026\n" in body


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (None, "Mời Ông/Bà đến nhận kết quả tại: Trung tâm Phục vụ hành chính công xã Tân Lạc"),
        (ReturnForm.AT_DESK, "Mời Ông/Bà đến nhận kết quả tại"),
        (ReturnForm.POSTAL, "qua bưu chính công ích"),
        (ReturnForm.ELECTRONIC, "kết quả điện tử"),
    ],
)
def test_a_result_says_how_to_get_it(session, clock, send, inbox, form, words):
    make.a_desk(session)
    code = a_told_dossier(session, return_form=form).code
    act(session, code, Action.HAND_OVER)
    act(session, code, Action.FINISH, result_code="KQ-01/2026")
    session.commit()
    clock.at = make.NOW + DELAY
    assert send() == DeliveryReport(messages=1, sent=1, withdrawn=1)
    assert words in inbox.messages[0].letter.body
    assert "KQ-01/2026" in inbox.messages[0].letter.body
    assert states(session) == [("received", WITHDRAWN), ("ready", SENT)]


def test_an_extension_apologises_with_the_reason_and_both_dates(
    session, told_dossier, send, inbox, clock
):
    send()
    told = {"new_due_on": date(2026, 3, 12), "responsible_unit": make.MUONG_BI}
    act(session, told_dossier.code, Action.EXTEND, now=clock(), reason="Chờ xác minh", **told)
    session.commit()
    clock.forward(minutes=5)
    send()
    letter = inbox.messages[-1].letter
    assert letter.subject.startswith("Xin lỗi và hẹn lại")
    assert "Hẹn trả trước đây: 17:00 05/03/2026\n" in letter.body
    assert "Hẹn trả mới: 17:00 12/03/2026\n" in letter.body
    assert "Lý do: Chờ xác minh\nĐơn vị gây chậm: Xã Mường Bi\n" in letter.body


def test_who_is_late_is_apologised_to_with_the_reason_and_the_new_promise(
    session, told_dossier, send, inbox, clock
):
    send()
    clock.at = LATE
    assert send() == DeliveryReport(), "late, and nobody apologised yet"
    told = {"responsible_unit": make.TAN_LAC, "promised_on": date(2026, 3, 10)}
    act(session, told_dossier.code, Action.APOLOGISE, now=clock(), reason="Chờ xác minh", **told)
    session.commit()
    clock.forward(minutes=5)
    assert send().sent == 1
    letter = letters(inbox)[-1]
    assert letter.subject == f"Xin lỗi vì chậm trả kết quả, hồ sơ {told_dossier.code}"
    for line in (
        "Ngày đã hẹn: 17:00 05/03/2026",
        "Dự kiến trả kết quả: 10/03/2026",
        "Lý do: Chờ xác minh",
        "Đơn vị gây chậm: Xã Tân Lạc",
    ):
        assert f"{line}\n" in letter.body


def test_a_stop_that_moves_the_date_makes_the_slip_wrong(session, told_dossier, send, inbox, clock):
    send()
    act(
        session,
        told_dossier.code,
        Action.PAUSE,
        now=clock(),
        reason="Xin ý kiến",
        stop_reason=StopReason.OTHER_AGENCY,
    )
    session.commit()
    clock.forward(days=2)
    act(session, told_dossier.code, Action.RESUME, now=clock())
    session.commit()
    clock.forward(minutes=5)
    assert send().sent == 1
    body = inbox.messages[-1].letter.body
    assert "Hẹn trả trước đây: 17:00 05/03/2026\nHẹn trả mới: 17:00 09/03/2026\n" in body
    assert "Lý do: hồ sơ được tiếp tục giải quyết sau thời gian tạm dừng" in body


@pytest.mark.parametrize(
    ("ending", "words"), [(Action.WITHDRAW, "được rút theo yêu cầu"), (Action.STOP, "dừng")]
)
def test_an_end_without_result_is_confirmed(
    session, told_dossier, send, inbox, clock, ending, words
):
    act(session, told_dossier.code, Action.HAND_OVER)
    act(session, told_dossier.code, ending, reason="Theo đơn")
    session.commit()
    assert send() == DeliveryReport(messages=1, sent=1, withdrawn=1)
    assert words in inbox.messages[0].letter.body


def test_what_is_no_longer_true_is_not_told(session, told_dossier, send, inbox, clock):
    told = {"reason": "Thiếu giấy tờ", "papers": ("A",)}
    act(session, told_dossier.code, Action.REQUEST_SUPPLEMENT, **told)
    act(session, told_dossier.code, Action.TAKE_SUPPLEMENT, now=make.NOW + timedelta(minutes=1))
    session.commit()
    clock.forward(minutes=5)
    send()
    assert [letter.subject for letter in letters(inbox)] == [
        f"Đã tiếp nhận hồ sơ {told_dossier.code}"
    ]
    assert states(session) == [("received", SENT), ("supplement_requested", WITHDRAWN)]


def test_a_result_handed_over_at_once_is_not_announced(session, told_dossier, send, inbox, clock):
    send()
    act(session, told_dossier.code, Action.HAND_OVER, now=clock())
    act(session, told_dossier.code, Action.FINISH, now=clock())
    act(session, told_dossier.code, Action.RETURN, now=clock() + timedelta(minutes=4))
    session.commit()
    clock.forward(minutes=5)
    assert send() == DeliveryReport(withdrawn=1)
    assert len(inbox.messages) == 1


def test_of_two_of_a_kind_only_the_newer_leaves(session, told_dossier, send, inbox, clock):
    for minute, paper in ((1, "A"), (3, "B")):
        at = make.NOW + timedelta(minutes=minute)
        told = {"reason": "Thiếu", "papers": (paper,)}
        act(session, told_dossier.code, Action.REQUEST_SUPPLEMENT, now=at, **told)
        if paper == "A":
            act(session, told_dossier.code, Action.TAKE_SUPPLEMENT, now=at)
    session.commit()
    clock.forward(minutes=5)
    send()
    [only] = letters(inbox)
    assert "- B\n" in only.body


def test_nobody_is_written_to_at_night(session, told_dossier, send, inbox, clock):
    clock.at = make.NOW.replace(hour=14, minute=0)  # 21:00 in Viet Nam
    assert send() == DeliveryReport()
    clock.forward(hours=9, minutes=59)
    assert send() == DeliveryReport()
    clock.forward(minutes=1)
    assert send().sent == 1


def test_a_page_that_reaches_into_the_night_is_given_back(
    session, sessions, told_dossier, clock, inbox
):
    outbox = NoticeOutbox(letter_rules())
    clock.at = make.NOW.replace(hour=13, minute=59)
    with sessions.begin() as working:
        [batch] = outbox.claim_page(working, {"mail"}, now=clock(), size=9)
    clock.forward(minutes=1)
    with sessions.begin() as working:
        assert outbox.prepare(working, batch, now=clock()).outgoing is None
    assert [(n.leased_until, n.attempts, n.status) for n in notices(session)] == [
        (None, 0, WAITING)
    ]


def test_a_notice_waits_for_what_may_make_it_needless(told_dossier, send, inbox, clock):
    clock.at = make.NOW + DELAY - timedelta(seconds=1)
    assert send() == DeliveryReport()


def test_each_letter_goes_to_one_person_and_tells_of_one_dossier(
    session, told_dossier, send, inbox, clock
):
    second = a_told_dossier(session)
    session.commit()
    clock.forward(minutes=5)
    assert send().messages == 2
    assert [m.address for m in inbox.messages] == [CITIZEN] * 2
    assert second.code not in inbox.messages[0].letter.body


def test_who_gave_no_address_or_wants_none_is_told_nothing(session, send, clock):
    make.a_desk(session)
    for code in (
        make.a_dossier(session).code,
        a_told_dossier(session, notify_by=NotifyBy.NONE).code,
    ):
        act(session, code, Action.REQUEST_SUPPLEMENT, reason="Thiếu", papers=("A",))
    assert notices(session) == []


def test_an_online_dossier_is_told_when_it_is_accepted_or_refused(session, clock, send, inbox):
    make.a_desk(session)
    online = {"channel": make.Channel.ONLINE, "procedure_code": make.MARRIAGE}
    first, second = (a_told_dossier(session, **online).code for _ in range(2))
    assert notices(session) == []
    act(session, first, Action.ACCEPT)
    act(session, second, Action.REFUSE, reason="Không thuộc thẩm quyền")
    session.commit()
    clock.at = make.NOW + DELAY
    assert send().sent == 2
    assert [n.kind for n in notices(session)] == [NoticeKind.RECEIVED, NoticeKind.REFUSED]
    assert "Lý do: Không thuộc thẩm quyền\n" in inbox.messages[1].letter.body
