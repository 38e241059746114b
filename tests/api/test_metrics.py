"""The figures over HTTP: whose they are, how they were counted, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from tests import make
from tests.jobs.alerting import act
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.api.measured import sheet_as_json
from tthc.api.schemas.metrics import SHEET
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.domain.scope import EVERYTHING
from tthc.services.metrics import make_period, measure_communes

URL = "/api/v1/metrics/communes"
MARCH = "since=2026-03-01&until=2026-04-01"


@pytest.fixture
def units(session):
    """The project's own reference data; one dossier finished in Tân Lạc, one open in Mường Bi."""
    make.a_desk(session)
    done = make.a_dossier(session)
    act(session, done.code, Action.HAND_OVER)
    act(session, done.code, Action.FINISH)
    make.a_dossier(session, receiving_unit=MUONG_BI)
    session.commit()


@pytest.fixture
def clock(clock):
    clock.at = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    return clock


def figures(row, compared="day"):
    return {
        figure["definition"]: (figure["numerator"], figure["denominator"], figure["value"])
        for figure in row["figures"]
        if figure["compared"] in {compared, None}
    }


def test_each_figure_says_how_it_was_counted(manager):
    sheet = manager.get(f"{URL}?{MARCH}").json
    (row,) = sheet["units"]
    assert row["unit_code"] == TAN_LAC
    assert figures(row)["on_time_finished/1"] == (1, 1, 1.0)
    assert figures(row)["full_online/1"] == (0, 0, None), "an empty denominator gives null"
    assert sheet["as_of"].startswith("2026-03-10T10:00")
    assert (sheet["calendar_revision"], sheet["event_head"] > 0) == (1, True)
    known = {d["id"] for d in manager.get("/api/v1/metrics/definitions").json["items"]}
    assert set(figures(row)) <= known


def test_the_province_sees_all_its_communes_and_their_pool(signed_in):
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    sheet = viewer.get(f"{URL}/{PROVINCE}?{MARCH}").json
    told = {row["unit_code"]: row["counts"]["received"] for row in sheet["units"]}
    assert {code: count for code, count in told.items() if count} == {TAN_LAC: 1, MUONG_BI: 1}
    assert sheet["total"]["unit_code"] == PROVINCE
    assert figures(sheet["total"])["on_time_qd766/1"] == (1, 2, 0.5)


def test_another_commune_answers_like_one_that_is_not_there(manager):
    there, nowhere = (manager.get(f"{URL}/{code}?{MARCH}") for code in (MUONG_BI, "99999"))
    assert there.status_code == nowhere.status_code == 404
    assert {k: v for k, v in there.json.items() if k != "request_id"} == {
        k: v for k, v in nowhere.json.items() if k != "request_id"
    }


def test_a_figure_seen_from_an_earlier_morning_knows_less(manager):
    early = manager.get(f"{URL}?{MARCH}&as_of=2026-03-02")
    assert early.json["units"][0]["counts"]["received"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("since=2026-03-01", "invalid_input"),
        ("since=2026-03-01&until=soon", "invalid_input"),
        ("since=2026-04-01&until=2026-03-01", "period_invalid"),
        (f"{MARCH}&as_of=2026-02-01", "period_invalid"),
        (f"{MARCH}&comune=05128", "invalid_input"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(manager, query, code):
    refused = manager.get(f"{URL}?{query}")
    assert (refused.status_code, refused.json["code"]) == (422, code)


def test_reception_reads_no_figures_of_others(signed_in):
    reader = signed_in((Role.RECEPTION, MUONG_BI))
    answer = reader.get(f"{URL}/{TAN_LAC}?{MARCH}")
    assert answer.status_code in {403, 404}


def test_the_quick_way_to_json_tells_what_the_schema_tells(session, units):
    as_of = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    period = make_period(date(2026, 3, 1), date(2026, 4, 1), as_of)
    sheet = measure_communes(session, period, EVERYTHING, as_of=as_of)
    quick = json.loads(sheet_as_json(sheet))
    assert quick == json.loads(json.dumps(SHEET.dump(sheet)))
    assert quick["unassigned"]["unit_code"] is None


SERIES = "/api/v1/metrics/series"


def test_a_quarter_is_told_month_by_month_and_by_commune(signed_in):
    viewer = signed_in((Role.PROVINCE_VIEWER, PROVINCE))
    told = viewer.get(f"{SERIES}?since=2026-02-01&until=2026-05-01&step=month&by=unit").json
    assert [point["since"][:10] for point in told["points"]] == ["2026-02-01", "2026-03-01"]
    march = {part["key"]: part["counts"]["received"] for part in told["points"][1]["parts"]}
    assert march == {TAN_LAC: 1, MUONG_BI: 1}
    assert told["points"][1]["total"]["counts"]["received"] == 2
    assert (told["step"], told["by"], told["event_head"] > 0) == ("month", "unit", True)
    names = {part["name"] for part in told["points"][1]["parts"]}
    assert names == {"Xã Tân Lạc", "Xã Mường Bi"}


@pytest.mark.parametrize(
    "by", ["receiving_unit", "field", "procedure", "channel", "submitted_by", "officer"]
)
def test_the_parts_of_a_series_add_up_to_the_unit(manager, by):
    told = manager.get(f"{SERIES}?{MARCH}&by={by}&units={TAN_LAC}").json
    (point,) = told["points"]
    whole = manager.get(f"{URL}/{TAN_LAC}?{MARCH}").json["total"]
    assert sum(part["counts"]["received"] for part in point["parts"]) == 1
    assert (point["total"]["counts"], point["total"]["figures"]) == (
        whole["counts"],
        whole["figures"],
    )


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (f"{MARCH}&by=officer", 422, "unit_required"),
        (f"{MARCH}&by=colour", 422, "invalid_input"),
        (f"{MARCH}&units=05128,", 422, "invalid_input"),
        (f"{MARCH}&units={TAN_LAC},{MUONG_BI}", 404, "not_found"),
        ("since=2020-01-01&until=2026-01-01&step=month", 422, "series_too_long"),
    ],
)
def test_a_series_that_makes_no_sense_is_refused(manager, query, status, code):
    refused = manager.get(f"{SERIES}?{query}")
    assert (refused.status_code, refused.json["code"]) == (status, code)
