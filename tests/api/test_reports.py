"""Reports over HTTP: the same figures as the API, as files, and who gets which."""

from __future__ import annotations

import base64
import csv
import io
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlalchemy import select

from tests import make
from tests.jobs.alerting import act
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tests.spreadsheets import around, opened, table_of, verdicts
from tthc.domain.accounts import Role
from tthc.domain.audit_entries import AuditAction
from tthc.domain.lifecycle import Action
from tthc.storage.tables.audit import AuditEntry

URL = "/api/v1/reports"
MARCH = "since=2026-03-01&until=2026-04-01"
HERE = f"{MARCH}&unit_code={TAN_LAC}"


@pytest.fixture
def units(session):
    """Three dossiers in Tân Lạc, one of them finished, and one in Mường Bi."""
    make.a_desk(session)
    done, *_ = (make.a_dossier(session) for _ in range(3))
    act(session, done.code, Action.HAND_OVER)
    act(session, done.code, Action.FINISH)
    make.a_dossier(session, receiving_unit=MUONG_BI)
    session.commit()


@pytest.fixture
def clock(clock):
    clock.at = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
    return clock


def read_csv(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_report_comes_as_a_workbook_and_as_csv_with_one_table(manager):
    book = manager.get(f"{URL}/ii06a?{HERE}")
    table = manager.get(f"{URL}/ii06a?{HERE}&format=csv")
    assert book.content_type.endswith("spreadsheetml.sheet")
    assert table.content_type == "text/csv; charset=utf-8"
    name = f"ii06a-{TAN_LAC}-2026-03-01-2026-04-01"
    assert book.headers["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'
    assert table.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    page = opened(book.data)
    lines = [["" if cell is None else str(cell) for cell in line] for line in table_of(page)]
    assert lines == read_csv(table)[1:]
    assert any(sha256(table.data).hexdigest() in text for text in around(page))
    assert set(verdicts(page).values()) == {"Đúng"}
    digest = base64.b64encode(sha256(book.data).digest()).decode()
    assert book.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_asked_twice_for_one_moment_it_is_the_same_file(manager, clock):
    for name in ("ii06a", "communes", "register", "overdue"):
        for form in ("xlsx", "csv"):
            url = f"{URL}/{name}?{HERE}&as_of=2026-04-01&format={form}"
            first = manager.get(url)
            clock.at = clock.at.replace(hour=clock.at.hour % 6 + 4)
            assert manager.get(url).data == first.data, url
            assert first.status_code == 200


def test_its_total_is_what_the_metrics_say(manager):
    counts = manager.get(f"/api/v1/metrics/communes/{TAN_LAC}?{MARCH}").json["total"]["counts"]
    total = read_csv(manager.get(f"{URL}/ii06a?{HERE}&format=csv"))[-1]
    assert int(total[2]) == counts["received"] + counts["carried_over"] == 3
    assert int(total[6]) == counts["finished"] + counts["closed"] == 1
    assert int(total[12]) == counts["by_day"]["pending_late"] == 2


def test_the_reports_there_are_are_listed(manager):
    items = {item["name"]: item for item in manager.get(URL).json["items"]}
    assert items.keys() >= {"ii06a", "communes", "register", "overdue"}
    assert (items["ii06a"]["id"], items["ii06a"]["rows"]) == ("ii06a/1", "field")
    assert items["register"]["form"] == "Mẫu số 07"
    assert {item["fault"] for item in items.values()} == {None}


def test_a_closed_period_gives_its_own_report(signed_in, manager, session):
    wish = {"unit_code": TAN_LAC, "since": "2026-03-01", "until": "2026-04-01"}
    closing = manager.post("/api/v1/closings", json=wish).json
    url = f"{URL}/ii06a/closings/{closing['id']}"
    before = manager.get(f"{url}?report=0")
    assert before.headers["Content-Disposition"].endswith(f'"ii06a-closing-{closing["id"]}-0.xlsx"')
    assert any(closing["reports"][0]["sha256"] in text for text in around(opened(before.data)))
    make.a_dossier(session, happened_at=make.NOW)
    session.commit()
    assert manager.get(f"{url}?report=0").data == before.data
    live = manager.get(f"{URL}/ii06a?{HERE}&format=csv").data
    assert manager.get(f"{url}?format=csv").data != live
    refused = manager.get(f"{URL}/register/closings/{closing['id']}")
    assert (refused.status_code, refused.json["code"]) == (422, "report_open_only")
    stranger = signed_in((Role.MANAGER, MUONG_BI))
    assert stranger.get(url).status_code == 404
    assert manager.get(f"{url}?report=7").status_code == 404


def test_a_province_gets_its_communes_and_nobody_another_commune(signed_in, manager):
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    rows = read_csv(viewer.get(f"{URL}/communes?{MARCH}&unit_code={PROVINCE}&format=csv"))
    assert len(rows) == 1 + 148 + 1
    assert rows[-1][3] == "4"
    for code in (MUONG_BI, PROVINCE, "99999"):
        for name in ("ii06a", "register"):
            assert manager.get(f"{URL}/{name}?{MARCH}&unit_code={code}").status_code == 404
    assert manager.get(f"{URL}/ii06a?{MARCH}&unassigned=true").status_code == 404
    officer = signed_in((Role.OFFICER, TAN_LAC))
    assert officer.get(f"{URL}/ii06a?{HERE}").status_code == 403


def test_applicants_are_told_by_initials_and_only_where_their_dossiers_may_be_read(signed_in):
    both = signed_in((Role.PROVINCE_VIEWER, PROVINCE), (Role.INTEGRATOR, None))
    for client in (signed_in((Role.MANAGER, TAN_LAC)), both):
        answer = client.get(f"{URL}/register?{HERE}&format=csv")
        assert {row[4] for row in read_csv(answer)[1:]} == {"B. T. Hoà"}
        assert "Bùi" not in answer.text
        assert make.a_person().identity_number not in answer.text


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (f"nothing?{MARCH}", 404, "report_unknown"),
        (f"..%2fii06a?{MARCH}", 404, "not_found"),
        ("ii06a", 422, "invalid_input"),
        (f"ii06a?{MARCH}&format=pdf", 422, "invalid_input"),
        (f"ii06a?{MARCH}&closing=1", 422, "invalid_input"),
        ("ii06a?since=2026-04-01&until=2026-03-01", 422, "period_invalid"),
        ("ii06a?since=2026-05-01&until=2026-06-01", 422, "period_invalid"),
        (f"ii06a?{HERE}&unassigned=true", 422, "place_ambiguous"),
        ("ii06a/closings/999", 404, "not_found"),
    ],
)
def test_what_makes_no_sense_is_refused(manager, query, status, code):
    refused = manager.get(f"{URL}/{query}")
    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_each_file_that_leaves_is_written_down(manager, session):
    assert manager.get(f"{URL}/ii06a?{HERE}&format=csv").status_code == 200
    fetched = select(AuditEntry).where(AuditEntry.action == AuditAction.REPORT_FETCHED)
    entry = session.scalars(fetched).one()
    assert entry.unit_code == TAN_LAC
    assert entry.subject == f"ii06a-{TAN_LAC}-2026-03-01-2026-04-01.csv"
