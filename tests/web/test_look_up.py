"""Looking a dossier up with its slip: what is told, what never is, and that failures are alike."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.make import LINKED, MUONG_BI, NOW, PROVINCE, TAN_LAC, a_dossier, a_person, everybody
from tests.web.conftest import KEY
from tests.web.html import Document, check_readable
from tthc.domain.accounts import Role
from tthc.domain.dossier import Channel, Details, ReturnForm, StopReason
from tthc.domain.lifecycle import Action, Status
from tthc.domain.look_up import secret_of
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.look_up import issue_secret
from tthc.storage.tables.look_up import LookUpIssue
from tthc.web.texts import TEXTS

CANARIES = {
    "name": "Canaria Họ Tên",
    "identity_number": "099999999991",
    "phone": "0900000991",
    "email": "canary@example.org",
    "address": "Số 9 Phố Canary",
}
TYPED = "Lý do canary của ông X"
A = Action


@pytest.fixture
def reader(stranger, catalogue):
    stranger.page("/tra-cuu")
    return stranger


def ask(browser, code, secret):
    return browser.send(
        "/tra-cuu", {"code": code, "secret": secret}, headers={"X-Request-ID": "the-same"}
    )


def step(session, clock, code, action, **details):
    order = (action, Command(Details(**details)))
    act_on_dossier(session, code, order, everybody(), now=clock())
    session.commit()


def right(code, issue=0):
    return secret_of(KEY, code, issue)


def test_the_form_can_be_read_by_everybody_and_is_in_no_index(reader):
    answer = reader.get("/tra-cuu")
    check_readable(Document(answer.text))
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_holds_the_slip_is_told_when_it_is_due_and_why(reader, session):
    code = a_dossier(session).code
    session.commit()
    answer = ask(reader, f" {code.lower()} ", right(code))
    page = Document(answer.text)
    assert answer.status_code == 200
    check_readable(page)
    told = page.one("main").text
    for fact in (code, "Đăng ký giám hộ", "10:00 02/03/2026", "17:00 05/03/2026"):
        assert fact in told
    assert "Còn 3 ngày làm việc" in told
    assert "Thời hạn 3 ngày làm việc" in told
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_every_failure_is_the_same_to_the_byte_and_costs_the_same(reader, session, statements):
    code, other = "H44.240-260302-0001", "H44.240-260302-0002"

    def failure(secret):
        with statements() as asked:
            answer = ask(reader, code, secret)
        return answer.status_code, list(answer.headers), answer.data, asked

    kinds = [failure(right(code))]
    assert a_dossier(session).code == code
    assert a_dossier(session, resolving_unit=MUONG_BI).code == other
    session.commit()
    kinds += [failure(secret) for secret in ("", "1" * 15, "é", "x" * 5000, right(other))]
    assert ask(reader, code, right(code)).status_code == 200
    issue_secret(session, code, everybody(), now=NOW)
    session.commit()
    kinds.append(failure(right(code)))
    assert len({repr(kind) for kind in kinds}) == 1
    assert kinds[0][0] == 404


@pytest.mark.parametrize("code", ["", "x" * 300, "\0", "'; DROP TABLE dossiers", "<b>", "%"])
def test_what_is_no_code_finds_nothing(reader, session, code):
    answer = ask(reader, code, "1" * 15)
    assert answer.status_code == 404
    check_readable(Document(answer.text))


def lives():
    """Return lives of a dossier by name, each as its steps."""
    papers = {"reason": TYPED, "papers": (TYPED,)}
    begun = [(A.HAND_OVER, {"officer": "canary-officer"})]
    return {
        "received": [],
        "processing": begun,
        "supplement": [*begun, (A.REQUEST_SUPPLEMENT, papers | {"limit_on": date(2026, 3, 20)})],
        "payment": [*begun, (A.REQUEST_PAYMENT, {"reason": TYPED})],
        "paused": [
            *begun,
            (A.PAUSE, {"reason": TYPED, "stop_reason": StopReason.OTHER_AGENCY}),
        ],
        "extended": [
            *begun,
            (
                A.EXTEND,
                {
                    "reason": TYPED,
                    "new_due_on": date(2026, 3, 12),
                    "responsible_unit": TAN_LAC,
                },
            ),
        ],
        "apologised": [*begun, (A.APOLOGISE, {"reason": TYPED, "responsible_unit": TAN_LAC})],
        "withdrawn": [*begun, (A.WITHDRAW, {"reason": TYPED})],
        "stopped": [*begun, (A.STOP, {"reason": TYPED})],
        "finished": [*begun, (A.FINISH, {"result_code": "canary-result"})],
        "returned": [*begun, (A.FINISH, {}), (A.RETURN, {"return_form": ReturnForm.AT_DESK})],
        "refused": [(A.REFUSE, {"reason": TYPED})],
    }


@pytest.mark.parametrize("name", lives())
def test_no_name_no_officer_and_nothing_staff_typed_is_told(reader, session, clock, name):
    channel = Channel.ONLINE if name == "refused" else Channel.DIRECT
    code = a_dossier(session, applicant=a_person(**CANARIES), channel=channel, summary=TYPED).code
    session.commit()
    for action, details in lives()[name]:
        clock.at += timedelta(days=7 if action is A.APOLOGISE else 0)
        step(session, clock, code, action, **details)
    answer = ask(reader, code, right(code))
    assert answer.status_code == 200
    check_readable(Document(answer.text))
    told = answer.text + repr(list(answer.headers))
    for secret in (*CANARIES.values(), TYPED, "canary", "Canaria"):
        assert secret not in told


def test_a_citizen_is_told_what_is_waited_for_and_till_when(reader, session, clock):
    code = a_dossier(session).code
    session.commit()
    for action, details in lives()["supplement"]:
        step(session, clock, code, action, **details)
    told = Document(ask(reader, code, right(code)).text).one("main").text
    assert "Hồ sơ cần bổ sung giấy tờ" in told
    assert "Chậm nhất ngày 20/03/2026." in told
    assert "Đang tạm dừng tính thời gian" in told


def test_a_citizen_is_told_that_and_how_a_date_was_moved(reader, session, clock):
    code = a_dossier(session).code
    session.commit()
    for action, details in lives()["extended"]:
        step(session, clock, code, action, **details)
    told = Document(ask(reader, code, right(code)).text).one("main").text
    assert "Hẹn lần đầu17:00 05/03/2026" in told
    assert "xin lỗi và hẹn lại ngày 02/03/2026: hẹn trả 17:00 12/03/2026" in told


def test_a_late_dossier_is_called_late(reader, session, clock):
    code = a_dossier(session).code
    session.commit()
    clock.at += timedelta(days=7)
    assert "Đã quá hạn 2 ngày làm việc." in ask(reader, code, right(code)).text


def test_the_present_stage_is_told_with_its_agency(reader, session, clock):
    code = a_dossier(session, procedure_code=LINKED).code
    session.commit()
    for action in (A.HAND_OVER, A.PASS_ON):
        step(session, clock, code, action)
    told = Document(ask(reader, code, right(code)).text).one("main").text
    assert "Bước đang thực hiện: Đăng ký thường trú (Công an cấp xã)" in told


def test_a_ready_result_says_how_to_get_it(reader, session, clock):
    for form, words in ((None, "Hãy đến nơi tiếp nhận"), (ReturnForm.POSTAL, "bưu chính")):
        code = a_dossier(session, return_form=form).code
        session.commit()
        for action in (A.HAND_OVER, A.FINISH):
            step(session, clock, code, action)
        assert words in ask(reader, code, right(code)).text


def test_the_page_speaks_english_too(reader, session):
    code = a_dossier(session).code
    session.commit()
    answer = reader.send("/language", {"lang": "en", "next": "/tra-cuu"})
    assert answer.headers["Location"] == "/tra-cuu"
    page = Document(ask(reader, code, right(code)).text)
    check_readable(page)
    assert page.one("html").get("lang") == "en"
    assert "Working days left until it is due: 3." in page.one("main").text


def test_the_answer_costs_four_statements(reader, session, statements):
    code = a_dossier(session).code
    session.commit()
    with statements() as asked:
        ask(reader, code, right(code))
    assert len(asked) <= 4, asked  # code and issue, dossier, reference, due date


def slip(browser, code):
    page = browser.page(f"/desk/dossiers/{code}/slip")
    check_readable(page)
    return page


def secret_on(page):
    found = [re.search(r"\d{5} \d{5} \d{5}", e.text) for e in page.all("section")]
    return next((match[0] for match in found if match), None)


def test_the_slip_carries_what_opens_the_dossier(signed_in, reader, session):
    code = a_dossier(session).code
    session.commit()
    page = slip(signed_in((Role.RECEPTION, TAN_LAC)), code)
    assert "http://localhost/tra-cuu" in page.one("main").text
    assert page.one("svg").get("role") == "img"
    assert ask(reader, code, secret_on(page)).status_code == 200


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.OFFICER, TAN_LAC), (Role.CHAIR, TAN_LAC), (Role.PROVINCE_VIEWER, PROVINCE)],
)
def test_who_keeps_no_desk_sees_no_secret(signed_in, session, role, unit):
    code = a_dossier(session).code
    session.commit()
    browser = signed_in((role, unit), (Role.RECEPTION, MUONG_BI))
    assert secret_on(slip(browser, code)) is None


def _is_of_secret(element):
    return (element.parents[-1].get("action") or "").endswith("/slip/secret")


def test_a_new_secret_ends_the_old_one_and_tells_who_issued_it(signed_in, reader, session):
    code = a_dossier(session).code
    session.commit()
    clerk = signed_in((Role.RECEPTION, TAN_LAC))
    old = secret_on(slip(clerk, code))
    keys = [e for e in slip(clerk, code).all("input", name="_key") if _is_of_secret(e)]
    fields = {"_key": keys[0].get("value")}
    for _ in range(2):
        answer = clerk.send(f"/desk/dossiers/{code}/slip/secret", fields)
        assert answer.headers["Location"] == f"/desk/dossiers/{code}/slip"
    new = secret_on(slip(clerk, code))
    assert new != old
    assert [ask(reader, code, s).status_code for s in (old, new)] == [404, 200]
    issue = session.scalars(select(LookUpIssue)).one()
    assert (issue.number, issue.issued_by) == (1, "user-0")


def test_only_the_desk_issues_a_new_secret(signed_in, session):
    code = a_dossier(session).code
    session.commit()
    for role, unit, status in ((Role.OFFICER, TAN_LAC, 403), (Role.RECEPTION, MUONG_BI, 404)):
        browser = signed_in((role, unit))
        browser.page("/desk")
        assert browser.send(f"/desk/dossiers/{code}/slip/secret", {}).status_code == status
    assert session.scalars(select(LookUpIssue)).all() == []


def test_every_status_has_words_for_citizens_and_a_next_step():
    for texts in TEXTS.values():
        for status in Status:
            assert texts(f"citizen_status.{status.name.lower()}")
            assert status is Status.FINISHED or texts(f"next_step.{status.name.lower()}")
        assert all(texts(f"ready.{form.value}") for form in ReturnForm)
