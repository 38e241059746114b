"""The score over HTTP: each part with its counts, out of how many points, and whose it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests import make
from tests.jobs.alerting import act
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.domain.accounts import Role
from tthc.domain.dossier import PaymentKind
from tthc.domain.lifecycle import Action
from tthc.domain.receipt import Fee

URL = "/api/v1/scores"
MARCH = "since=2026-03-01&until=2026-04-01"


@pytest.fixture
def units(session):
    """One dossier finished and paid online in Tân Lạc, one open in Mường Bi."""
    make.a_desk(session)
    paid = {"fees": (Fee("Lệ phí", 8_000),), "payment_kind": PaymentKind.ON_PORTAL}
    done = make.a_dossier(session, **paid)
    act(session, done.code, Action.HAND_OVER)
    act(session, done.code, Action.FINISH, is_result_electronic=True)
    make.a_dossier(session, receiving_unit=MUONG_BI)
    session.commit()


@pytest.fixture
def clock(clock):
    clock.at = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    return clock


def parts_of(sheet):
    return {part["code"]: part for group in sheet["groups"] for part in group["parts"]}


def test_each_part_says_how_it_came_about(manager):
    sheet = manager.get(f"{URL}?{MARCH}&unit_code={TAN_LAC}").json
    assert (sheet["unit_code"], sheet["communes"]) == (TAN_LAC, None)
    assert sheet["as_of"].startswith("2026-03-10T10:00")
    assert sheet["event_head"] > 0
    parts = parts_of(sheet)
    paid = {k: v for k, v in parts["paid_online"].items() if k not in {"name", "evidence"}}
    assert paid == {
        "code": "paid_online",
        "origin": "counted",
        "definition": "qd766_paid_online/1",
        "numerator": 1,
        "denominator": 1,
        "percent": "100.00",
        "points": "6.00",
        "maximum": "6.00",
        "lack": None,
        "untold": 0,
        "missing_units": 0,
    }
    assert parts["progress"]["definition"] == "on_time_qd766/1"
    assert parts["progress"]["points"] == "20.00"
    sync = parts["dossier_sync"]
    assert (sync["points"], sync["origin"], sync["lack"]) == (None, "reported", "not_reported")


def test_a_counted_part_leads_to_its_dossiers(manager):
    sheet = manager.get(f"{URL}?{MARCH}&unit_code={TAN_LAC}").json
    parts = parts_of(sheet)
    stems = {code: part["evidence"] for code, part in parts.items() if part["evidence"]}
    assert set(stems) == {"progress", "dossiers_online", "electronic_results", "digitised",
                          "reused", "paid_online"}  # fmt: skip
    for code, stem in stems.items():
        for half in ("numerator", "denominator"):
            if parts[code][half] is None:
                continue
            query = f"{MARCH}&unit_code={TAN_LAC}&number={stem}.{half}"
            listed = manager.get(f"/api/v1/evidence/dossiers?{query}").json
            assert listed["value"] == len(listed["items"]) == parts[code][half], (code, half)
            assert listed["event_head"] == sheet["event_head"]
    csv = manager.get(f"/api/v1/evidence/dossiers.csv?{query}")
    assert csv.status_code == 200


def test_the_total_says_out_of_how_many_points_it_is(manager):
    sheet = manager.get(f"{URL}?{MARCH}&unit_code={TAN_LAC}").json
    told = [part for part in parts_of(sheet).values() if part["points"] is not None]
    assert float(sheet["points"]) == pytest.approx(sum(float(part["points"]) for part in told))
    assert float(sheet["out_of"]) == sum(float(part["maximum"]) for part in told)
    assert sheet["maximum"] == "100.00"


def test_the_communes_of_a_province_are_ranked_when_asked_for(signed_in):
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    sheet = viewer.get(f"{URL}?{MARCH}&unit_code={PROVINCE}&communes=true").json
    assert len(sheet["communes"]) == 148
    best = sheet["communes"][0]
    assert (best["unit_code"], best["rank"]) == (TAN_LAC, 1)
    assert "parts" not in best["groups"][0]
    assert parts_of(sheet)["electronic_results"]["percent"] == "50.00"


def test_another_commune_answers_like_one_that_is_not_there(manager):
    codes = [manager.get(f"{URL}?{MARCH}&unit_code={u}").status_code for u in (MUONG_BI, "99999")]
    assert codes == [404, 404]


def test_a_score_seen_from_an_earlier_morning_knows_less(manager):
    early = manager.get(f"{URL}?{MARCH}&unit_code={TAN_LAC}&as_of=2026-03-02").json
    assert parts_of(early)["electronic_results"]["lack"] == "not_applicable"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("since=2026-03-01&until=2026-03-01", 422, "period_invalid"),
        (f"{MARCH}&communes=1", 422, "invalid_input"),
        (f"{MARCH}&children=true", 422, "invalid_input"),
    ],
)
def test_what_cannot_be_asked_is_refused(manager, query, status, code):
    answer = manager.get(f"{URL}?{query}")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_who_may_not_read_figures_reads_no_score(signed_in):
    officer = signed_in((Role.OFFICER, TAN_LAC))
    assert officer.get(f"{URL}?{MARCH}").status_code == 403


def test_the_parts_tell_maximum_formula_and_source(manager):
    items = manager.get(f"{URL}/parts").json["items"]
    assert sum(float(item["maximum"]) for item in items) == 100
    (online,) = (item for item in items if item["code"] == "dossiers_online")
    assert (online["formula"], online["full_at"]) == ("full_at", "50.00")
    assert online["source"].startswith("Quyết định 766/QĐ-TTg")
