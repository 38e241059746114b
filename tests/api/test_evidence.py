"""From a figure over HTTP to the dossiers that make it, and who may follow."""

from __future__ import annotations

import base64
import csv
import io
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from tests import make
from tests.jobs.alerting import act
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.services.pack_checks import check_pack

MARCH = "since=2026-03-01&until=2026-04-01"
URL = "/api/v1/evidence/dossiers"


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
    clock.at = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    return clock


def test_each_number_of_an_answer_has_its_list(manager):
    sheet = manager.get(f"/api/v1/metrics/communes/{TAN_LAC}?{MARCH}").json
    total = sheet["total"]
    names = {d["id"]: d["name"] for d in manager.get("/api/v1/metrics/definitions").json["items"]}
    numbers = {name: n for name, n in total["counts"].items() if isinstance(n, int)}
    for way in ("by_day", "by_instant"):
        numbers |= {f"{way}.{name}": n for name, n in total["counts"][way].items()}
    for figure in total["figures"]:
        if figure["compared"] != "day":
            stem = names[figure["definition"]]
            numbers |= {f"{stem}.{half}": figure[half] for half in ("numerator", "denominator")}
    assert len(numbers) > 40
    for name, value in numbers.items():
        listed = manager.get(f"{URL}?{MARCH}&unit_code={TAN_LAC}&number={name}").json
        assert (listed["value"], len(listed["items"])) == (value, value), name
        assert listed["event_head"] == sheet["event_head"]


def test_a_list_comes_in_pages_under_one_fingerprint(manager):
    query = f"{URL}?{MARCH}&number=received"
    first = manager.get(f"{query}&limit=2").json
    second = manager.get(f"{query}&limit=2&cursor={first['next']}").json
    codes = [row["code"] for row in (*first["items"], *second["items"])]
    assert (len(codes), codes, second["next"]) == (3, sorted(codes), None)
    assert (first["value"], first["sha256"]) == (3, second["sha256"])
    other = manager.get(f"{URL}?{MARCH}&number=pending&cursor={first['next']}")
    assert (other.status_code, other.json["code"]) == (422, "invalid_cursor")


def test_the_csv_is_the_whole_list_and_carries_its_fingerprint(manager):
    answer = manager.get(f"{URL}.csv?{MARCH}&number=received")
    told = manager.get(f"{URL}?{MARCH}&number=received").json
    assert answer.content_type == "text/csv; charset=utf-8"
    assert sha256(answer.data).hexdigest() == told["sha256"]
    digest = base64.b64encode(bytes.fromhex(told["sha256"])).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["code"] for row in rows] == [item["code"] for item in told["items"]]
    assert [row["due_at"] for row in rows] == [item["due_at"] for item in told["items"]]


def test_a_province_lists_its_communes_and_nobody_another_commune(signed_in, manager):
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    query = f"{URL}?{MARCH}&number=received&unit_code="
    assert viewer.get(query + PROVINCE).json["value"] == 4
    assert {manager.get(query + code).status_code for code in (MUONG_BI, PROVINCE, "99999")} == {
        404
    }
    assert manager.get(f"{URL}?{MARCH}&number=received&unassigned=true").status_code == 404
    assert signed_in((Role.OFFICER, TAN_LAC)).get(query + TAN_LAC).status_code == 403


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"{MARCH}&number=finished_somehow", "number_unknown"),
        (f"{MARCH}&number=a;b", "invalid_input"),
        (MARCH, "invalid_input"),
        ("since=2026-04-01&until=2026-03-01&number=received", "period_invalid"),
        (f"{MARCH}&number=received&unit_code=05128&unassigned=true", "place_ambiguous"),
    ],
)
def test_what_makes_no_sense_is_refused(manager, query, code):
    for url in (URL, f"{URL}.csv"):
        refused = manager.get(f"{url}?{query}")
        assert (refused.status_code, refused.json["code"]) == (422, code)


def test_the_pack_comes_over_http_and_holds(manager):
    url = f"/api/v1/evidence/pack.zip?{MARCH}&unit_code={TAN_LAC}"
    answer = manager.get(url)
    assert answer.content_type == "application/zip"
    report = check_pack(answer.data)
    assert (report.flaws, report.about["unit_code"], report.about["dossiers"]) == ((), TAN_LAC, 3)
    assert manager.get(url).data == answer.data
    assert manager.get(url.replace(TAN_LAC, MUONG_BI)).status_code == 404
