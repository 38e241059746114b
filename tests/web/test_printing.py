"""Printing from the pages: a button on the dossier and on its slip leads to the PDF."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.make import TAN_LAC, a_dossier
from tests.printing.papers import FOLDERS, text_of
from tests.web.forms import act
from tests.web.html import Document, check_readable
from tthc.domain.accounts import Role
from tthc.printing.folders import FormFolders
from tthc.storage.tables.forms import IssuedForm


@pytest.fixture
def doors(doors):
    return replace(doors, folders=FOLDERS)


@pytest.fixture
def clerk(signed_in):
    return signed_in((Role.RECEPTION, TAN_LAC))


@pytest.fixture
def code(session, catalogue):
    code = a_dossier(session).code
    session.commit()
    return code


def press(browser, page, form="01"):
    """Press the button of a form on a page."""
    button = page.one("button", name="form", value=form)
    inside = [e for e in page.all("input") if e.parents and button.parents[-1] in e.parents]
    fields = {e.get("name"): e.get("value") for e in inside} | {"form": form}
    return browser.send(button.parents[-1].get("action"), fields)


@pytest.mark.parametrize("place", ["", "/slip"])
def test_a_button_leads_to_the_pdf_which_then_is_listed(clerk, code, place):
    page = clerk.page(f"/desk/dossiers/{code}{place}")
    check_readable(page)
    answer = press(clerk, page)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/desk/dossiers/{code}/forms/1.pdf",
    )
    file = clerk.client.get(answer.headers["Location"])
    assert file.content_type == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "Bùi Thị Hoà" in text_of(file.data)
    listed = clerk.page(f"/desk/dossiers/{code}{place}")
    check_readable(listed)
    assert listed.one("a", href=f"/desk/dossiers/{code}/forms/1.pdf").text


def test_the_same_button_twice_issues_one_form(clerk, code, session):
    page = clerk.page(f"/desk/dossiers/{code}")
    answers = [press(clerk, page) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(session.scalars(select(IssuedForm)).all()) == 1


def test_a_form_on_a_page_that_is_old_is_refused(clerk, code):
    page = clerk.page(f"/desk/dossiers/{code}")
    act(clerk, code, "hand_over")
    answer = press(clerk, page)
    assert answer.status_code == 412
    check_readable(Document(answer.text))


def test_a_broken_template_is_told_on_a_page(clerk, code, app, doors, tmp_path):
    (tmp_path / "form01.typ").write_text("#let form(d) = d.nonsense", encoding="utf-8")
    app.extensions["tthc"] = replace(doors, folders=FormFolders(FOLDERS.usual, tmp_path))
    answer = press(clerk, clerk.page(f"/desk/dossiers/{code}"))
    assert answer.status_code == 503
    assert "form01.typ, dòng 1" in Document(answer.text).one("main").text


@pytest.mark.parametrize("form", ["", "8", "99"])
def test_what_is_no_form_is_not_there(clerk, code, form):
    clerk.page("/desk")
    assert clerk.send(f"/desk/dossiers/{code}/forms", {"form": form}).status_code == 404


def test_who_only_reads_has_no_button(signed_in, code):
    chair = signed_in((Role.CHAIR, TAN_LAC))
    page = chair.page(f"/desk/dossiers/{code}")
    assert not list(page.all("button", name="form"))
    assert chair.send(f"/desk/dossiers/{code}/forms", {"form": "01"}).status_code == 403


def test_a_stranger_is_led_to_sign_in(stranger, code):
    answer = stranger.get(f"/desk/dossiers/{code}/forms/1.pdf")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")
