"""Stages over HTTP: where a dossier is, whose turn it was, and whose the lateness is."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests import make
from tests.make import LINKED, MUONG_BI, TAN_LAC
from tthc.domain.accounts import Role
from tthc.domain.moment import VIET_NAM

URL = "/api/v1/dossiers"
BODY = {"procedure_code": LINKED, "channel": 1, "applicant": {"name": "Bùi Thị Hoà"}}


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def at(signed_in, clock):
    """A manager of Tân Lạc who signs in at some moment of March 2026; a session ends by night."""

    def sign_in(when):
        clock.at = datetime.fromisoformat(f"2026-03-{when}").replace(tzinfo=VIET_NAM)
        return signed_in((Role.MANAGER, TAN_LAC))

    return sign_in


@pytest.fixture
def code(at):
    """Received on Monday 2 March 2026 at 10:00, due on Monday 23 March."""
    return lodge(at("02 10:00"))


def lodge(client, **changes):
    made = client.post(URL, json=BODY | changes)
    assert made.status_code == 201, made.json
    return made.json["code"]


def act(client, code, action, **details):
    version = client.get(f"{URL}/{code}").json["version"]
    return client.post(
        f"{URL}/{code}/actions/{action}", json=details, headers={"If-Match": f'"{version}"'}
    )


def stages(client, code):
    answer = client.get(f"{URL}/{code}/stages")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_a_dossier_shows_where_it_is_and_what_is_ahead(at, code):
    assert act(at("02 11:00"), code, "hand_over", officer="ho-tich").status_code == 200
    passed = act(at("03 09:00"), code, "pass_on", officer="cong-an")
    assert passed.status_code == 200, passed.json
    assert (passed.json["status"], passed.json["current_stage"]) == (4, 2)
    assert passed.json["officer"] == "cong-an"
    told = stages(at("03 09:00"), code)
    assert (told["stage_round"], told["current_stage"]) == (1, 2)
    assert [(s["name"], s["agency"], s["officer"]) for s in told["items"]] == [
        ("Tiếp nhận", "", None),
        ("Đăng ký khai sinh", "", "ho-tich"),
        ("Đăng ký thường trú", "Công an cấp xã", "cong-an"),
    ]
    assert told["items"][2]["due_at"] == "2026-03-12T17:00:00+07:00"
    assert [s["used_minutes"] for s in told["items"]] == [60, 330, 0]
    assert told["used_minutes"] == 390
    assert told["ahead"] == [
        {
            "number": 3,
            "name": "Cấp thẻ bảo hiểm y tế",
            "unit_code": TAN_LAC,
            "agency": "Cơ quan Bảo hiểm xã hội",
            "is_skipped": False,
        }
    ]


def test_a_stage_may_be_behind_while_the_citizens_date_is_kept(at, code):
    act(at("02 11:00"), code, "hand_over")
    manager = at("04 09:00")
    told = stages(manager, code)
    assert [s["is_behind"] for s in told["items"]] == [False, True]
    assert (told["is_overdue"], told["late_minutes"]) == (False, 0)
    assert manager.get(f"{URL}/{code}").json["is_overdue"] is False


def test_late_minutes_are_shared_by_overruns_and_add_up(at, code):
    # First stage until Tue 3 March 17:00, passed on Wed 09:00: 90 minutes beyond.
    # Second until Fri 13 March, passed on Tue 17 March 09:00: Monday's 450 and 90, 540 beyond.
    # Third until Tue 24 March, later than the promise; done on Thu 26 March 10:30: 450 and 180.
    # Late: Tuesday and Wednesday 450 each, Thursday 180: 1,080, shared 90 : 540 : 630.
    act(at("02 11:00"), code, "hand_over")
    act(at("04 09:00"), code, "pass_on")
    act(at("17 09:00"), code, "pass_on")
    assert act(at("26 10:30"), code, "finish").status_code == 200
    told = stages(at("31 09:00"), code)
    assert told["is_overdue"]
    assert [s["late_minutes"] for s in told["items"]] == [0, 77, 463, 540]
    assert told["late_minutes"] == 1_080
    assert [s["is_behind"] for s in told["items"]] == [False, True, True, True]
    assert [s["is_inherited"] for s in told["items"]] == [False, False, False, True]
    assert told["ahead"] == []


def test_who_finishes_early_skips_the_stages_ahead_and_the_event_says_so(at, code):
    act(at("02 11:00"), code, "hand_over")
    act(at("03 09:00"), code, "finish")
    manager = at("04 09:00")
    told = stages(manager, code)
    assert [(s["number"], s["is_skipped"]) for s in told["ahead"]] == [(2, True), (3, True)]
    events = manager.get(f"{URL}/{code}/events").json["items"]
    assert events[-1]["facts"] == {"skipped_stages": [2, 3]}


def test_the_last_stage_and_a_paused_clock_refuse_with_their_codes(at, code):
    act(at("02 11:00"), code, "hand_over")
    paused = {"reason": "Lũ", "stop_reason": "force_majeure"}
    act(at("03 09:00"), code, "pause", **paused)
    refused = act(at("04 09:00"), code, "pass_on")
    assert (refused.status_code, refused.json["code"]) == (409, "clock_stands")
    act(at("04 10:00"), code, "resume")
    for when in ("04 11:00", "05 11:00"):
        assert act(at(when), code, "pass_on").status_code == 200
    refused = act(at("06 11:00"), code, "pass_on")
    assert (refused.status_code, refused.json["code"]) == (409, "no_next_stage")


def test_passing_on_demands_the_version_once_and_who_resolves(signed_in, at, code):
    manager = at("02 11:00")
    act(manager, code, "hand_over")
    path = f"{URL}/{code}/actions/pass_on"
    assert manager.post(path, json={}).status_code == 428
    headers = {"If-Match": '"2"', "Idempotency-Key": "a"}
    first = manager.post(path, json={}, headers=headers)
    again = manager.post(path, json={}, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json == first.json
    assert again.json["current_stage"] == 2
    assert manager.post(path, json={}, headers={"If-Match": '"2"'}).status_code == 412
    reception = signed_in((Role.RECEPTION, TAN_LAC))
    assert reception.post(path, json={}, headers={"If-Match": '"3"'}).status_code == 403
    assert stages(reception, code)["current_stage"] == 2


def test_a_dossier_without_stages_shows_its_own_lateness_only(at):
    code = lodge(at("02 10:00"), procedure_code=make.GUARDIANSHIP)
    told = stages(at("06 09:00"), code)
    assert (told["items"], told["ahead"], told["current_stage"]) == ([], [], None)
    assert (told["is_overdue"], told["late_minutes"], told["stage_round"]) == (True, 90, 0)


def test_a_dossier_without_a_due_date_is_never_late(session, signed_in):
    integrator = signed_in((Role.INTEGRATOR, None))
    dossier = make.a_dossier(session)
    dossier.due_at = dossier.overdue_at = None
    session.commit()
    told = stages(integrator, dossier.code)
    assert (told["is_overdue"], told["late_minutes"]) == (False, 0)


def test_where_no_calendar_covers_the_days_minutes_are_not_known(signed_in, at, clock, code):
    act(at("02 11:00"), code, "hand_over")
    clock.at = datetime(2031, 3, 6, 9, 0, tzinfo=VIET_NAM)
    told = stages(signed_in((Role.MANAGER, TAN_LAC)), code)
    assert [s["late_minutes"] for s in told["items"]] == [None, None]
    assert (told["used_minutes"], told["late_minutes"], told["is_overdue"]) == (None, None, True)


def test_another_communes_stages_are_not_found(signed_in, code):
    other = signed_in((Role.MANAGER, MUONG_BI))
    assert other.get(f"{URL}/{code}/stages").status_code == 404


def test_a_period_tells_whose_the_late_minutes_were_and_they_add_up(signed_in, at, code):
    act(at("02 11:00"), code, "hand_over")
    act(at("04 09:00"), code, "pass_on")
    act(at("17 09:00"), code, "pass_on")
    manager = at("26 10:30")
    act(manager, code, "finish")
    clerk = signed_in((Role.RECEPTION, TAN_LAC))
    url = "/api/v1/metrics/lateness?since=2026-03-01&until=2026-03-27"
    assert clerk.get(url).status_code == 403
    told = at("31 09:00").get(url).json
    assert told["definition"] == "stage_lateness/1"
    assert (told["overdue"], told["unmeasured"], told["late_minutes"]) == (1, 0, 1_080)
    assert told["as_of"] == "2026-03-31T09:00:00+07:00"
    assert told["at"] == "2026-03-27T00:00:00+07:00"
    assert [
        (r["unit_code"], r["agency"], r["stage"], r["late_minutes"]) for r in told["items"]
    ] == [
        (TAN_LAC, "Cơ quan Bảo hiểm xã hội", "Cấp thẻ bảo hiểm y tế", 540),
        (TAN_LAC, "Công an cấp xã", "Đăng ký thường trú", 463),
        (TAN_LAC, "", "Đăng ký khai sinh", 77),
        (TAN_LAC, "", "Tiếp nhận", 0),
    ]
    assert told["items"][0]["name"] == "Xã Tân Lạc"
    assert [(r["stages"], r["behind"]) for r in told["items"]] == [(1, 1), (1, 1), (1, 1), (1, 0)]
    assert [r["inherited"] for r in told["items"]] == [1, 0, 0, 0]
    refused = at("31 09:00").get("/api/v1/metrics/lateness?since=2026-03-27&until=2026-03-01")
    assert (refused.status_code, refused.json["code"]) == (422, "period_invalid")
