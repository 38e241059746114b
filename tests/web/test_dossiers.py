"""The page of one dossier, and the forms of what may be done to it."""

import re

import pytest
from sqlalchemy import select

from tests.make import MUONG_BI, PROVINCE, TAN_LAC, a_dossier
from tests.web.forms import act
from tests.web.html import Document, check_readable
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.storage.tables.dossiers import Dossier, DossierEvent
from tthc.web.texts import TEXTS


@pytest.fixture
def clerk(signed_in):
    return signed_in((Role.RECEPTION, TAN_LAC))


@pytest.fixture
def manager(signed_in):
    return signed_in((Role.MANAGER, TAN_LAC))


def test_a_dossier_shows_who_it_is_of_why_it_is_due_and_what_happened(clerk, session):
    code = a_dossier(session).code
    session.commit()
    page = clerk.page(f"/desk/dossiers/{code}")
    check_readable(page)
    text = page.one("main").text
    for told in ("Bùi Thị Hoà", "017185000123", "17:00 05/03/2026", "3 ngày làm việc", "Tiếp nhận"):
        assert told in text


def test_a_dossier_offers_what_its_status_and_the_role_allow(signed_in, session):
    code = a_dossier(session).code
    session.commit()

    def offered(browser):
        links = browser.page(f"/desk/dossiers/{code}").all("a")
        found = [re.search(r"/actions/(\w+)$", link.get("href") or "") for link in links]
        return {match[1] for match in found if match}

    clerk, officer = signed_in((Role.RECEPTION, TAN_LAC)), signed_in((Role.OFFICER, TAN_LAC))
    chair = signed_in((Role.CHAIR, TAN_LAC))
    assert offered(clerk) == {"hand_over", "request_supplement", "withdraw"}
    assert offered(officer) == {"assign", "request_supplement"}
    assert offered(chair) == set()
    act(clerk, code, "hand_over")
    assert offered(officer) == {"assign", "request_supplement", "request_payment", "finish"}
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE), (Role.RECEPTION, MUONG_BI))
    assert offered(viewer) == set()


def test_a_dossier_goes_from_the_desk_to_its_return(manager, session):
    code = a_dossier(session).code
    session.commit()
    for action, fields in (
        ("hand_over", {"officer": "user-0"}),
        ("request_supplement", {"reason": "Thiếu giấy tờ", "papers": "Tờ khai\nẢnh"}),
        ("take_supplement", {}),
        ("hand_over", {}),
        ("finish", {"result_code": "12/QĐ-UBND", "is_result_electronic": "true"}),
        ("return", {"return_form": "at_desk"}),
    ):
        answer = act(manager, code, action, **fields)
        assert answer.headers["Location"] == f"/desk/dossiers/{code}?done={action}"
        check_readable(manager.page(answer.headers["Location"]))
    dossier = session.scalars(select(Dossier)).one()
    assert (dossier.status, dossier.version, dossier.officer) == (10, 7, "user-0")
    assert dossier.is_result_electronic
    assert "Tờ khai; Ảnh" in manager.page(f"/desk/dossiers/{code}").one("main").text


@pytest.mark.parametrize("action", ["extend", "pause", "request_payment", "confirm_payment"])
def test_the_form_of_every_action_can_be_read(manager, session, action):
    code = a_dossier(session).code
    session.commit()
    check_readable(manager.page(f"/desk/dossiers/{code}/actions/{action}"))


def test_a_demanded_reason_is_asked_for_beside_its_field(manager, session):
    code = a_dossier(session).code
    session.commit()
    answer = act(manager, code, "request_supplement", papers="Tờ khai")
    page = Document(answer.text)
    assert answer.status_code == 422
    check_readable(page)
    assert page.one("p", id="f-reason-fault").text == "Thiếu trường bắt buộc."
    assert page.value("papers") == "Tờ khai"
    assert session.scalars(select(Dossier)).one().version == 1


def test_somebody_elses_change_is_told_and_nothing_is_overwritten(manager, session):
    code = a_dossier(session).code
    session.commit()
    page = manager.page(f"/desk/dossiers/{code}/actions/withdraw")
    seen = {name: page.value(name) for name in ("_version", "_key")}
    act(manager, code, "hand_over")
    answer = manager.send(
        f"/desk/dossiers/{code}/actions/withdraw", seen | {"reason": "Công dân rút"}
    )
    told = Document(answer.text)
    assert answer.status_code == 412
    assert "đã được người khác cập nhật" in told.one("div", id="faults").text
    assert told.value("reason") == "Công dân rút"
    assert told.value("_version") == "1"
    assert session.scalars(select(Dossier)).one().status == 4


@pytest.mark.parametrize("version", ["", "0", "x", "9" * 30, "٢"])
def test_a_version_nobody_has_seen_changes_nothing(manager, session, version):
    code = a_dossier(session).code
    session.commit()
    manager.page("/desk")
    fields = {"_version": version, "_key": "k"}
    assert manager.send(f"/desk/dossiers/{code}/actions/hand_over", fields).status_code == 412
    assert session.scalars(select(Dossier)).one().version == 1


def test_an_action_sent_twice_happens_once(manager, session):
    code = a_dossier(session).code
    session.commit()
    page = manager.page(f"/desk/dossiers/{code}/actions/hand_over")
    fields = {name: page.value(name) for name in ("_version", "_key")}
    answers = [manager.send(f"/desk/dossiers/{code}/actions/hand_over", fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(session.scalars(select(DossierEvent)).all()) == 2


def test_who_may_not_act_is_refused_though_the_form_is_typed_by_hand(signed_in, session):
    code = a_dossier(session).code
    session.commit()
    officer = signed_in((Role.OFFICER, TAN_LAC))
    officer.page("/desk")
    fields = {"_version": "1", "_key": "k", "reason": "x"}
    assert officer.send(f"/desk/dossiers/{code}/actions/withdraw", fields).status_code == 403
    assert session.scalars(select(Dossier)).one().version == 1


@pytest.mark.parametrize("name", ["nope", "receive", "take_over", "recalculate", "../x"])
def test_what_is_no_action_is_not_there(manager, session, name):
    code = a_dossier(session).code
    session.commit()
    answer = manager.get(f"/desk/dossiers/{code}/actions/{name}")
    assert answer.status_code == 404
    check_readable(Document(answer.text))


def test_an_administrator_sees_no_desk(signed_in):
    browser = signed_in((Role.ADMINISTRATOR, None))
    answer = browser.get("/desk")
    assert answer.status_code == 403
    check_readable(Document(answer.text))


def test_every_action_has_a_name_in_both_languages():
    for texts in TEXTS.values():
        assert all(texts(f"action.{action.value}") for action in Action)
