"""Printed forms over HTTP: which fit, issuing one, and fetching it as it was."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests import make
from tests.make import GUARDIANSHIP, MUONG_BI, TAN_LAC
from tests.printing.papers import FOLDERS, text_of
from tthc.domain.accounts import Role
from tthc.printing.folders import FormFolders
from tthc.storage.tables.dossiers import Dossier, DossierEvent
from tthc.storage.tables.forms import FormTemplateRow, IssuedForm

URL = "/api/v1/dossiers"
BODY = {
    "procedure_code": GUARDIANSHIP,
    "channel": 1,
    "applicant": {"name": "Bùi Thị Hoà", "identity_kind": 1, "identity_number": "017185000123"},
    "papers": [{"name": "Tờ khai", "originals": 1}],
    "fees": [{"name": "Lệ phí", "amount": 8000}],
}


@pytest.fixture
def doors(doors):
    return replace(doors, folders=FOLDERS, contacts={TAN_LAC: "Phố Mới; 0218 000 000"})


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def desk(signed_in):
    return signed_in((Role.RECEPTION, TAN_LAC))


@pytest.fixture
def code(desk):
    return lodge(desk)


def lodge(client, **changes):
    made = client.post(URL, json=BODY | changes)
    assert made.status_code == 201, made.json
    return made.json["code"]


def act(client, code, version, action, **details):
    done = client.post(
        f"{URL}/{code}/actions/{action}", json=details, headers={"If-Match": f'"{version}"'}
    )
    assert done.status_code == 200, done.json


def issue(client, code, form="01", version=1, **headers):
    headers = {"If-Match": f'"{version}"'} | headers
    return client.post(f"{URL}/{code}/forms", json={"form": form}, headers=headers)


def fetch(client, issued):
    answer = client.get(issued.headers["Location"])
    assert answer.status_code == 200, answer.json
    return answer


def digest(answer):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(answer.data).digest()).decode()}:"


def test_a_slip_is_issued_and_tells_the_date_with_its_reasons(desk, code):
    issued = issue(desk, code)
    assert issued.status_code == 201, issued.json
    assert issued.headers["Location"] == f"{URL}/{code}/forms/1.pdf"
    assert {name: issued.json[name] for name in ("number", "form", "version", "issued_by")} == {
        "number": 1,
        "form": "01",
        "version": 1,
        "issued_by": "user-0",
    }
    told = text_of(fetch(desk, issued).data)
    expected = ["TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG XÃ TÂN LẠC", "ỦY BAN NHÂN DÂN XÃ TÂN LẠC"]
    expected += [code, "Bùi Thị Hoà", "017185000123", "Tờ khai", "8.000 đồng (chưa nộp)"]
    expected += ["Tân Lạc, ngày 02 tháng 03 năm 2026", "17:00 05/03/2026", "3 ngày làm việc"]
    expected += ["Phố Mới; 0218 000 000", "thứ Hai đến thứ Sáu"]
    expected += desk.get(f"{URL}/{code}/deadline").json["sentences"]
    for fact in expected:
        assert fact in told, fact


def test_the_file_has_safe_headers_and_nobodys_name(desk, code):
    answer = fetch(desk, issue(desk, code))
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{code}-mau-01-1.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Repr-Digest"] == digest(answer)


def test_what_was_issued_is_printed_again_to_the_byte_though_the_dossier_went_on(
    desk, code, clock, doors, app, tmp_path
):
    issued = issue(desk, code)
    before = fetch(desk, issued)
    assert hashlib.sha256(before.data).hexdigest() == issued.json["pdf_sha256"]
    act(desk, code, 1, "withdraw", reason="Công dân xin rút")
    for name in ("form01.typ", "frame.typ"):
        (tmp_path / name).write_text("#panic()", encoding="utf-8")
    app.extensions["tthc"] = replace(doors, folders=FormFolders(tmp_path))
    again = fetch(desk, issued)
    assert again.data == before.data
    shown = desk.get(f"{URL}/{code}/forms").json
    assert shown["fitting"] == []
    assert [item["number"] for item in shown["items"]] == [1]


def test_issuing_is_no_event_and_leaves_the_version_alone(desk, code, session):
    issue(desk, code)
    issue(desk, code)
    shown = desk.get(f"{URL}/{code}/forms")
    assert shown.headers["ETag"] == '"1"'
    assert [item["number"] for item in shown.json["items"]] == [2, 1]
    assert len(session.scalars(select(DossierEvent)).all()) == 1
    assert len(session.scalars(select(FormTemplateRow)).all()) == 1


def test_the_same_request_again_issues_nothing_more_whatever_came_between(desk, code):
    first = issue(desk, code, **{"Idempotency-Key": "a"})
    act(desk, code, 1, "withdraw", reason="Công dân xin rút")
    again = issue(desk, code, **{"Idempotency-Key": "a"})
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(desk.get(f"{URL}/{code}/forms").json["items"]) == 1


def test_a_form_that_does_not_fit_is_refused(desk, code):
    for form in ("02", "03", "04", "05", "07"):
        answer = issue(desk, code, form)
        assert (answer.status_code, answer.json["code"]) == (409, "form_unfit"), form
    assert desk.get(f"{URL}/{code}/forms").json["items"] == []


def test_a_form_nobody_knows_is_invalid_input(desk, code):
    answer = issue(desk, code, "08")
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")


def test_a_form_of_a_version_that_is_gone_is_refused(desk, code):
    act(desk, code, 1, "hand_over")
    answer = issue(desk, code)
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")
    unversioned = desk.post(f"{URL}/{code}/forms", json={"form": "01"})
    assert unversioned.status_code == 428


def test_a_neighbour_finds_neither_forms_nor_dossier(signed_in, desk, code):
    issued = issue(desk, code)
    neighbour = signed_in((Role.RECEPTION, MUONG_BI))
    answers = [issue(neighbour, code), neighbour.get(issued.headers["Location"])]
    answers += [neighbour.get(f"{URL}/{code}/forms"), desk.get(f"{URL}/{code}/forms/2.pdf")]
    assert {answer.status_code for answer in answers} == {404}


def test_who_only_reads_fetches_and_issues_nothing(signed_in, desk, code):
    issued = issue(desk, code)
    chair = signed_in((Role.CHAIR, TAN_LAC))
    assert issue(chair, code).status_code == 403
    assert fetch(chair, issued).data == fetch(desk, issued).data


def test_a_broken_template_is_told_by_file_and_line_and_nothing_is_recorded(
    desk, code, doors, app, tmp_path
):
    (tmp_path / "form01.typ").write_text("#let form(d) = [\n#d.nonsense\n]", encoding="utf-8")
    app.extensions["tthc"] = replace(doors, folders=FormFolders(FOLDERS.usual, tmp_path))
    answer = issue(desk, code)
    assert (answer.status_code, answer.json["code"]) == (503, "form_template_invalid")
    assert answer.json["facts"] == {"file": "form01.typ", "line": "2"}
    assert "dòng 2" in answer.json["detail"]
    assert desk.get(f"{URL}/{code}/forms").json["items"] == []


def test_an_installation_without_templates_says_so(desk, code, doors, app):
    app.extensions["tthc"] = replace(doors, folders=None)
    answer = issue(desk, code)
    assert (answer.status_code, answer.json["code"]) == (503, "forms_not_set_up")


def test_hostile_facts_are_told_as_they_are(desk):
    name = '#panic("x") $ [ \\ " *đậm*'
    code = lodge(desk, applicant={"name": name}, summary="= #read(1)\n- mục")
    told = text_of(fetch(desk, issue(desk, code)).data)
    assert name.replace(" ", "") in told.replace(" ", "")


@pytest.mark.parametrize("change", ["UPDATE issued_forms SET issued_by = 'x'"])
def test_what_was_issued_cannot_be_changed(desk, code, session, change):
    issue(desk, code)
    with pytest.raises(DBAPIError, match="kept as it was"):
        session.execute(text(change))
    session.rollback()


def test_a_form_keeps_what_it_told_with_its_fingerprint(desk, code, session):
    issue(desk, code)
    kept = session.scalars(select(IssuedForm)).one()
    assert session.get_one(Dossier, kept.dossier_id).code == code
    assert kept.data["applicant"]["name"] == "Bùi Thị Hoà"
    assert kept.press.startswith("typst ")
