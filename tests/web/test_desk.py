"""The desk's first page, and the page of one dossier with what may be done to it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make import BIRTH, MUONG_BI, NOW, TAN_LAC, a_dossier, a_person
from tests.web.forms import act
from tests.web.html import Document, check_readable
from tthc.domain.accounts import Role
from tthc.domain.dossier import Channel
from tthc.domain.reminding import Reminder
from tthc.storage.tables.dossiers import Dossier

MOST_STATEMENTS = 7
"""Session, counters, list, names, and the reference stamp by each who reads it."""


@pytest.fixture
def clerk(signed_in):
    return signed_in((Role.RECEPTION, TAN_LAC))


@pytest.fixture
def manager(signed_in):
    return signed_in((Role.MANAGER, TAN_LAC))


def counters(page):
    """Return each counter's number by the reminder that its link names."""
    links = [link for link in page.all("a") if "reminder=" in (link.get("href") or "")]
    return {link.get("href").partition("=")[2]: int(link.text.split()[0]) for link in links}


def codes(page):
    return [cell.text for cell in page.all("th", scope="row")]


def test_an_empty_desk_says_so(clerk):
    page = clerk.page("/desk")
    check_readable(page)
    assert set(counters(page)) == set(Reminder)
    assert not any(counters(page).values())
    assert "Chưa có hồ sơ nào" in page.one("main").text


def test_names_are_cut_to_initials_and_numbers_left_out(clerk, session):
    a_dossier(session)
    session.commit()
    for answer in (clerk.get("/desk"), clerk.get("/desk?reminder=received")):
        assert "B. T. Hoà" in answer.text
        assert "Bùi" not in answer.text
        assert "017185000123" not in answer.text
        check_readable(Document(answer.text))


def test_each_counter_tells_as_many_as_its_list(manager, session, clock):
    made = [a_dossier(session) for _ in range(4)]
    a_dossier(session, procedure_code=BIRTH, channel=Channel.ONLINE)
    session.commit()
    act(manager, made[0].code, "hand_over")
    act(manager, made[1].code, "request_supplement", reason="Thiếu", papers="Tờ khai")
    act(manager, made[2].code, "hand_over")
    act(manager, made[2].code, "finish", result_code="12/QĐ")
    for at, due, overdue in (
        (NOW, 0, 0),
        (NOW + timedelta(days=2), 2, 0),
        (NOW + timedelta(days=4), 0, 2),
    ):
        clock.at = at
        manager.get("/sign-in")
        manager.send("/sign-in", {"username": "user-0", "password": "correct horse battery"})
        told = counters(manager.page("/desk"))
        assert (told["due"], told["overdue"]) == (due, overdue)
        assert told["new"] == told["received"] == told["processing"] == 1
        assert told["supplement"] == told["to_return"] == 1
        for reminder, count in told.items():
            assert len(codes(manager.page(f"/desk?reminder={reminder}"))) == count, reminder


def test_the_page_takes_as_many_statements_for_many_as_for_one(clerk, session, statements):
    counted = set()
    for more in (1, 9):
        for _ in range(more):
            a_dossier(session)
        session.commit()
        for address in ("/desk", "/desk?reminder=received"):
            with statements() as asked:
                clerk.page(address)
            counted.add((address, len(asked)))
    assert len(counted) == 2  # one figure for each address
    assert max(count for _, count in counted) <= MOST_STATEMENTS


def test_the_desk_sees_its_own_dossiers_only(clerk, session):
    mine, foreign = a_dossier(session), a_dossier(session, receiving_unit=MUONG_BI)
    session.commit()
    assert codes(clerk.page("/desk")) == [mine.code]
    clerk.get("/desk")
    for text in (foreign.code, "hoa", foreign.code[:10]):
        assert foreign.code not in codes(Document(clerk.send("/desk/search", {"text": text}).text))
    missing = "H44.241-260302-9999"
    for tail in ("", "/slip", "/actions/hand_over"):
        told = [clerk.get(f"/desk/dossiers/{code}{tail}") for code in (foreign.code, missing)]
        assert [answer.status_code for answer in told] == [404, 404]
        texts = [
            re.sub(r"[0-9a-f]{32}", "", answer.text).replace(code, "")
            for answer, code in zip(told, (foreign.code, missing), strict=True)
        ]
        assert texts[0] == texts[1]


@pytest.mark.parametrize("text", ["hoà", "HOA", "bui hoa", "Bùi Thị", "H44.240-2603"])
def test_a_dossier_is_found_by_its_beginning_or_by_a_name_without_accents(clerk, session, text):
    wanted = a_dossier(session)
    a_dossier(session, applicant=a_person("Đinh Văn Khác"), receiving_unit=MUONG_BI)
    session.commit()
    clerk.get("/desk")
    answer = clerk.send("/desk/search", {"text": text})
    page = Document(answer.text)
    check_readable(page)
    assert codes(page) == [wanted.code]
    assert page.value("text") == text


def test_a_whole_code_leads_to_its_dossier(clerk, session):
    code = a_dossier(session).code
    session.commit()
    clerk.get("/desk")
    answer = clerk.send("/desk/search", {"text": f" {code.lower()} "})
    assert answer.headers["Location"] == f"/desk/dossiers/{code}"


@pytest.mark.parametrize("text", ["x", "%", "__", "không có ai", "<b>&"])
def test_what_is_not_there_is_not_found(clerk, session, text):
    a_dossier(session)
    session.commit()
    clerk.get("/desk")
    answer = clerk.send("/desk/search", {"text": text})
    assert answer.status_code == 200
    page = Document(answer.text)
    assert page.value("text") == text
    assert codes(page) == []


def test_an_empty_search_shows_the_newest(clerk):
    clerk.get("/desk")
    assert clerk.send("/desk/search", {"text": "  "}).headers["Location"] == "/desk"


def test_a_name_never_stands_in_an_address(clerk, session):
    a_dossier(session)
    session.commit()
    code = session.scalars(select(Dossier)).one().code
    for address in ("/desk", f"/desk/dossiers/{code}", f"/desk/dossiers/{code}/slip"):
        page = clerk.page(address)
        for element in page.elements:
            for name in ("href", "action", "src", "hx-get", "hx-post"):
                assert "Hoà" not in (element.get(name) or "")
                assert "017185" not in (element.get(name) or "")
    forms = [f for f in clerk.page("/desk").all("form") if f.get("action") == "/desk/search"]
    assert [form.get("method") for form in forms] == ["post"]
