"""Logging a dossier at the desk: from the first letter typed to the slip."""

import re

import pytest
from sqlalchemy import func, select

from tests.make import BIRTH, GUARDIANSHIP, MUONG_BI, PROVINCE, TAN_LAC, a_dossier, a_person
from tests.web.html import Document, check_readable
from tthc.domain.accounts import Role
from tthc.storage.tables.dossiers import Dossier, Party

CANARY = '<script>alert("1")</script> & "Hoà"'
FIELDS = {
    "procedure_code": GUARDIANSHIP,
    "case_code": "default",
    "channel": "1",
    "applicant.name": "Bùi Thị Hoà",
    "applicant.identity_kind": "1",
    "applicant.identity_number": "017185000123",
    "papers": "Tờ khai\n\n  Giấy cử người giám hộ  \n",
    "fees.0.amount": "15.000",
}


@pytest.fixture
def clerk(signed_in):
    return signed_in((Role.RECEPTION, TAN_LAC))


def lodge(browser, **changes):
    page = browser.page("/desk/new")
    fields = {"_key": page.value("_key")} | FIELDS | changes
    return browser.send("/desk/new", fields)


def count(session):
    return session.scalar(select(func.count()).select_from(Dossier))


def test_the_form_can_be_read_by_everybody(clerk):
    check_readable(clerk.page("/desk/new"))


@pytest.mark.parametrize("typed", ["khai sinh", "Khai Sinh", "sinh khai", "ks", BIRTH])
def test_a_procedure_is_found_however_it_is_typed(clerk, typed):
    answer = clerk.get("/desk/new/procedures", query_string={"_search": typed})
    found = Document(answer.text).all("input", name="procedure_code")
    assert BIRTH in {choice.get("value") for choice in found}


def test_what_fits_no_procedure_is_told(clerk):
    answer = clerk.get("/desk/new/procedures", query_string={"_search": "zzzz"})
    assert "Không có thủ tục nào" in answer.text
    assert "<input" not in answer.text


def test_the_only_procedure_that_fits_is_chosen_with_its_terms(clerk):
    answer = clerk.get(
        "/desk/new/procedures",
        query_string={"_search": GUARDIANSHIP},
        headers={"HX-Request": "true"},
    )
    page = Document(answer.text)
    assert page.one("input", name="procedure_code").get("checked") == ""
    assert page.one("div", id="terms").get("hx-swap-oob") == "innerHTML"
    assert "17:00 05/03/2026" in page.one("p").text


def test_the_due_date_is_shown_with_its_reasons_before_anything_is_saved(clerk, session):
    clerk.page("/desk/new")
    shown = clerk.send("/desk/new/due", {"procedure_code": GUARDIANSHIP, "channel": "1"})
    assert "17:00 05/03/2026" in shown.text
    assert "Thời hạn 3 ngày làm việc" in shown.text
    assert count(session) == 0


def test_a_channel_that_is_not_offered_is_told_where_the_date_would_stand(clerk):
    clerk.page("/desk/new")
    fields = {"procedure_code": GUARDIANSHIP, "channel": "1", "case_code": "nope"}
    shown = clerk.send("/desk/new/due", fields)
    assert shown.status_code == 200
    assert "Thủ tục không có trường hợp" in shown.text


def test_a_dossier_is_logged_and_its_slip_shows_what_was_promised(clerk, session):
    answer = lodge(clerk)
    assert answer.status_code == 303, answer.text
    dossier = session.scalars(select(Dossier)).one()
    assert answer.headers["Location"] == f"/desk/dossiers/{dossier.code}/slip"
    assert [paper["name"] for paper in dossier.papers] == ["Tờ khai", "Giấy cử người giám hộ"]
    assert dossier.fee_total == 15_000
    slip = clerk.page(answer.headers["Location"])
    check_readable(slip)
    text = slip.one("main").text
    for told in (dossier.code, "17:00 05/03/2026", "Bùi Thị Hoà", "15.000 đ", "3 ngày làm việc"):
        assert told in text
    assert "017185000123" not in text


def test_the_page_promises_the_very_date_that_is_saved(clerk, session):
    clerk.page("/desk/new")
    shown = clerk.send("/desk/new/due", {"procedure_code": BIRTH, "channel": "1"})
    lodge(clerk, procedure_code=BIRTH)
    code = session.scalars(select(Dossier)).one().code
    slip = clerk.page(f"/desk/dossiers/{code}/slip").one("main").text
    assert re.search(r"\d\d:\d\d \d\d/\d\d/\d{4}", shown.text)[0] in slip


def test_a_form_sent_twice_makes_one_dossier(clerk, session):
    page = clerk.page("/desk/new")
    fields = {"_key": page.value("_key")} | FIELDS
    answers = [clerk.send("/desk/new", fields) for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert count(session) == 1


def test_a_saved_form_that_is_changed_and_sent_again_is_refused(clerk, session):
    page = clerk.page("/desk/new")
    fields = {"_key": page.value("_key")} | FIELDS
    clerk.send("/desk/new", fields)
    answer = clerk.send("/desk/new", fields | {"applicant.name": "Bùi Văn Khác"})
    assert answer.status_code == 422
    assert "đã dùng cho một yêu cầu khác" in answer.text
    assert count(session) == 1


def test_what_was_typed_stays_and_every_fault_stands_beside_its_field(clerk, session):
    answer = lodge(
        clerk,
        **{
            "applicant.name": "",
            "applicant.phone": "abc",
            "fees.0.amount": "nhiều",
            "papers": CANARY,
        },
    )
    page = Document(answer.text)
    assert answer.status_code == 422
    check_readable(page)
    for name in ("applicant-name", "applicant-phone", "fees-0-amount"):
        field = page.one("input", id=f"f-{name}")
        assert field.get("aria-invalid") == "true"
        assert f"f-{name}-fault" in field.get("aria-describedby")
        assert page.one("p", id=f"f-{name}-fault").text
    assert page.value("applicant.phone") == "abc"
    assert page.value("fees.0.amount") == "nhiều"
    assert page.one("textarea", name="papers").text == CANARY
    assert page.one("input", name="procedure_code").get("checked") == ""
    assert count(session) == 0


def test_a_refused_form_can_be_mended_and_sent_under_its_own_key(clerk, session):
    answer = lodge(clerk, **{"applicant.name": ""})
    key = Document(answer.text).value("_key")
    assert clerk.send("/desk/new", {"_key": key} | FIELDS).status_code == 303
    assert count(session) == 1


def test_a_refusal_of_the_service_is_told_and_leaves_nothing(clerk, session):
    answer = lodge(clerk, case_code="nope")
    assert answer.status_code == 422
    assert "Thủ tục không có trường hợp" in Document(answer.text).one("div", id="faults").text
    assert count(session) == 0


def test_without_a_script_the_button_finds_procedures_and_keeps_the_form(clerk, session):
    page = clerk.page("/desk/new")
    fields = {"_key": page.value("_key"), "_search": "giám hộ", "_find": "1"}
    answer = clerk.send("/desk/new", fields | {"applicant.name": "Bùi Thị Hoà"})
    found = Document(answer.text)
    assert GUARDIANSHIP in {e.get("value") for e in found.all("input", name="procedure_code")}
    assert found.value("applicant.name") == "Bùi Thị Hoà"
    assert count(session) == 0


@pytest.mark.parametrize("name", [CANARY, "Nguyễn" * 33, "'; DROP TABLE dossiers; --"])
def test_a_name_is_text_wherever_it_is_shown(clerk, session, name):
    lodge(clerk, **{"applicant.name": name})
    code = session.scalars(select(Dossier)).one().code
    for address in (f"/desk/dossiers/{code}/slip", f"/desk/dossiers/{code}"):
        answer = clerk.get(address)
        assert "<script>alert" not in answer.text
        assert name in Document(answer.text).one("main").text


def test_a_name_of_ten_thousand_letters_is_refused(clerk, session):
    assert lodge(clerk, **{"applicant.name": "A" * 10_000}).status_code == 422
    assert count(session) == 0


def test_a_possible_repetition_is_warned_of(clerk, session):
    first = a_dossier(session)
    a_dossier(session, applicant=a_person("Bùi Thị Hoa", identity_number="017185000999"))
    a_dossier(session, receiving_unit=MUONG_BI)
    session.commit()
    clerk.page("/desk/new")
    asked = {"procedure_code": GUARDIANSHIP, "applicant.name": "bui thi hoa"}
    shown = clerk.send("/desk/new/similar", asked | {"applicant.identity_number": "017185000123"})
    assert re.findall(r"H44[.0-9-]+", shown.text)[::2] == [first.code]
    assert clerk.send("/desk/new/similar", asked | {"procedure_code": BIRTH}).text.strip() == ""


def test_a_clerk_of_several_desks_says_which_one(signed_in, session):
    clerk = signed_in((Role.RECEPTION, TAN_LAC), (Role.RECEPTION, MUONG_BI))
    page = clerk.page("/desk/new")
    assert {TAN_LAC, MUONG_BI} <= {option.get("value") for option in page.all("option")}
    assert lodge(clerk).status_code == 422
    assert lodge(clerk, receiving_unit=MUONG_BI).status_code == 303
    assert session.scalars(select(Dossier)).one().receiving_unit == MUONG_BI


def test_nobody_logs_for_another_desk(clerk, session):
    answer = lodge(clerk, receiving_unit=MUONG_BI)
    assert answer.status_code == 403
    assert "ngoài phạm vi" in answer.text
    assert count(session) == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CHAIR, Role.PROVINCE_VIEWER])
def test_who_keeps_no_desk_has_no_form(signed_in, role):
    unit = PROVINCE if role is Role.PROVINCE_VIEWER else TAN_LAC
    browser = signed_in((role, unit))
    assert browser.get("/desk/new").status_code == 403
    browser.get("/desk")
    assert browser.send("/desk/new", FIELDS).status_code == 403


def test_the_slip_of_another_commune_is_not_there(clerk, session):
    foreign = a_dossier(session, receiving_unit=MUONG_BI).code
    session.commit()
    answers = [
        clerk.get(f"/desk/dossiers/{code}/slip") for code in (foreign, "H44.240-260302-9999")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    without_id = [re.sub(r"[0-9a-f]{32}", "", answer.text) for answer in answers]
    assert without_id[0].replace(foreign, "") == without_id[1].replace("H44.240-260302-9999", "")


def test_an_identity_number_without_its_kind_is_a_personal_one(clerk, session):
    lodge(clerk)
    assert session.scalars(select(Party)).one().identity_kind == 1
