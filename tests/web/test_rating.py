"""Rating a returned dossier with its slip: once, by codes, and told as counts only."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make import MUONG_BI, NOW, PROVINCE, TAN_LAC, a_dossier, everybody
from tests.web.conftest import KEY
from tests.web.html import Document, check_readable
from tthc.domain.accounts import Role
from tthc.domain.dossier import Details, ReturnForm
from tthc.domain.lifecycle import Action
from tthc.domain.look_up import secret_of
from tthc.domain.satisfaction import Grievance
from tthc.services.dossiers import Command, act_on_dossier
from tthc.storage.tables.look_up import LookUpFailure
from tthc.storage.tables.satisfaction import SatisfactionRating
from tthc.web.texts import TEXTS

PLACE = "/tra-cuu/danh-gia"


@pytest.fixture
def citizen(stranger, catalogue):
    stranger.page("/tra-cuu")
    return stranger


@pytest.fixture
def returned(session, catalogue):
    """Make a dossier whose result was returned; return its code."""

    def make(unit=TAN_LAC):
        code = a_dossier(session, receiving_unit=unit).code
        for action in (Action.HAND_OVER, Action.FINISH, Action.RETURN):
            details = Details(return_form=ReturnForm.AT_DESK)
            act_on_dossier(session, code, (action, Command(details)), everybody(), now=NOW)
        session.commit()
        return code

    return make


def slip_of(code):
    return {"code": code, "secret": secret_of(KEY, code, 0)}


def kept(session):
    return session.scalars(select(SatisfactionRating)).all()


def test_a_returned_dossier_asks_and_keeps_one_answer(citizen, returned, session):
    code = returned()
    page = Document(citizen.send("/tra-cuu", slip_of(code)).text)
    check_readable(page)
    assert page.value("secret") == secret_of(KEY, code, 0)
    fields = slip_of(code) | {"satisfied": "no", "grievance": ["late", "attitude"]}
    answer = citizen.send(PLACE, fields)
    page = Document(answer.text)
    assert answer.status_code == 200
    check_readable(page)
    assert "Đã ghi nhận. Cảm ơn ông/bà." in page.one("div", role="status").text
    assert not list(page.all("input", name="satisfied"))
    row = kept(session)[0]
    assert (row.unit_code, row.is_satisfied) == (TAN_LAC, False)
    assert row.grievances == ["attitude", "late"]
    assert row.rated_on == NOW.date()


def test_a_second_answer_changes_nothing(citizen, returned, session):
    code = returned()
    citizen.send(PLACE, slip_of(code) | {"satisfied": "yes"})
    answer = citizen.send(PLACE, slip_of(code) | {"satisfied": "no"})
    assert "đã được đánh giá trước đó" in answer.text
    assert [row.is_satisfied for row in kept(session)] == [True]


@pytest.mark.parametrize("said", [{}, {"satisfied": "maybe"}, {"grievance": "late"}])
def test_without_a_choice_nothing_is_kept_and_it_is_asked_again(citizen, returned, session, said):
    answer = citizen.send(PLACE, slip_of(returned()) | said)
    page = Document(answer.text)
    check_readable(page)
    assert "hãy chọn hài lòng" in page.one("div", role="status").text
    assert len(list(page.all("input", name="satisfied"))) == 2
    assert kept(session) == []


def test_reasons_beside_a_yes_and_reasons_nobody_knows_are_left_out(citizen, returned, session):
    fields = {"satisfied": "yes", "grievance": ["late"]}
    citizen.send(PLACE, slip_of(returned()) | fields)
    fields = {"satisfied": "no", "grievance": ["cost", "Nguyễn Văn X", "cost"]}
    citizen.send(PLACE, slip_of(returned()) | fields)
    assert [row.grievances for row in kept(session)] == [[], ["cost"]]


def test_without_the_secret_nothing_is_rated_and_it_counts_as_a_guess(citizen, returned, session):
    wrong = {"code": returned(), "secret": "1" * 15, "satisfied": "no"}
    answers = [citizen.send(PLACE, wrong), citizen.send("/tra-cuu", wrong)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert kept(session) == []
    assert len(session.scalars(select(LookUpFailure)).all()) == 2


def test_what_was_not_returned_is_not_rated(citizen, session):
    code = a_dossier(session).code
    session.commit()
    page = Document(citizen.send("/tra-cuu", slip_of(code)).text)
    assert not list(page.all("input", name="satisfied"))
    answer = citizen.send(PLACE, slip_of(code) | {"satisfied": "yes"})
    assert answer.status_code == 409
    assert kept(session) == []


def test_every_reason_has_words():
    for texts in TEXTS.values():
        assert all(texts(f"grievance.{reason.value}") for reason in Grievance)


def measured(browser, since="2026-03-01", until="2026-04-01"):
    token = browser.client.get_cookie("tthc_session").value
    return browser.client.get(
        f"/api/v1/metrics/satisfaction?since={since}&until={until}",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_answers_are_told_as_counts_by_unit_within_the_scope(signed_in, citizen, returned, session):
    for unit, said in ((TAN_LAC, "yes"), (TAN_LAC, "no"), (TAN_LAC, "yes"), (MUONG_BI, "no")):
        fields = {"satisfied": said, "grievance": ["late"]}
        citizen.send(PLACE, slip_of(returned(unit)) | fields)
    session.commit()
    told = measured(signed_in((Role.PROVINCE_VIEWER, PROVINCE))).json
    assert told["definition"] == "satisfaction/1"
    rows = {row["unit_code"]: row for row in told["units"]}
    assert rows[TAN_LAC] | {"name": ""} == {
        "unit_code": TAN_LAC,
        "name": "",
        "numerator": 2,
        "denominator": 3,
        "value": 2 / 3,
        "grievances": {"late": 1},
    }
    assert (told["total"]["numerator"], told["total"]["denominator"]) == (2, 4)
    own = measured(signed_in((Role.MANAGER, MUONG_BI))).json
    assert [row["unit_code"] for row in own["units"]] == [MUONG_BI]
    assert own["total"]["value"] == 0


def test_an_answer_counts_on_its_day_in_viet_nam(signed_in, citizen, returned, clock, session):
    clock.at = NOW.replace(hour=17, minute=30)
    citizen.send(PLACE, slip_of(returned()) | {"satisfied": "yes"})
    clock.at += timedelta(minutes=1)
    session.commit()
    manager = signed_in((Role.MANAGER, TAN_LAC))
    for since, until, count in (("2026-03-02", "2026-03-03", 0), ("2026-03-03", "2026-03-04", 1)):
        total = measured(manager, since, until).json["total"]
        assert total["denominator"] == count
        assert (total["value"] is None) == (count == 0)


def test_who_reads_no_figures_reads_none_of_these(signed_in):
    assert measured(signed_in((Role.RECEPTION, TAN_LAC))).status_code == 403
