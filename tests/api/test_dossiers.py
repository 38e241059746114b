"""A dossier over HTTP, as reception staff, officers and managers use it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import make
from tests.make import BIRTH, GUARDIANSHIP, MUONG_BI, TAN_LAC
from tthc.domain.accounts import Role

URL = "/api/v1/dossiers"
BODY = {
    "procedure_code": GUARDIANSHIP,
    "channel": 1,
    "applicant": {
        "name": "Bùi Thị Hoà",
        "identity_kind": 1,
        "identity_number": "017185000123",
        "phone": "0912345678",
    },
    "papers": [{"name": "Tờ khai", "originals": 1, "is_digitised": True}],
    "fees": [{"name": "Lệ phí", "amount": 8000}],
}


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def desk(signed_in):
    return signed_in((Role.RECEPTION, TAN_LAC))


def lodge(client, **changes):
    made = client.post(URL, json=BODY | changes)
    assert made.status_code == 201, made.json
    return made


def act(client, code, version, action, **details):
    return client.post(
        f"{URL}/{code}/actions/{action}", json=details, headers={"If-Match": f'"{version}"'}
    )


def test_logging_a_dossier_gives_its_code_and_due_date(desk):
    made = lodge(desk)
    assert made.json["code"] == "H44.240-260302-0001"
    assert made.headers["Location"] == f"{URL}/H44.240-260302-0001"
    assert made.headers["ETag"] == '"1"'
    assert made.json["status"] == 2
    assert made.json["due_at"] == "2026-03-05T17:00:00+07:00"
    assert made.json["original_due_at"] == made.json["due_at"]
    assert made.json["receiving_unit"] == made.json["resolving_unit"] == TAN_LAC
    assert (made.json["fee_total"], made.json["payment_kind"]) == (8000, 3)
    assert desk.get(made.headers["Location"]).json == made.json


def test_numbers_run_without_gaps_and_a_refused_dossier_takes_none(desk):
    lodge(desk)
    assert desk.post(URL, json=BODY | {"procedure_code": "9.999999"}).status_code == 422
    assert lodge(desk).json["code"] == "H44.240-260302-0002"


def test_an_online_dossier_waits_for_acceptance_without_a_due_date(desk):
    made = lodge(desk, channel=2)
    assert (made.json["status"], made.json["due_at"], made.json["received_at"]) == (1, None, None)
    taken = act(desk, made.json["code"], 1, "accept")
    assert taken.status_code == 200, taken.json
    assert (taken.json["status"], taken.json["due_at"]) == (2, "2026-03-05T17:00:00+07:00")


def test_the_whole_way_from_receipt_to_return(desk, manager, clock):
    code = lodge(desk).json["code"]
    assert act(desk, code, 1, "hand_over", officer="can-bo").json["officer"] == "can-bo"
    asked = act(manager, code, 2, "request_supplement", reason="Thiếu giấy", papers=["Giấy A"])
    assert (asked.json["status"], asked.json["supplement_count"]) == (5, 1)
    assert act(desk, code, 3, "take_supplement").json["status"] == 2
    assert act(desk, code, 4, "hand_over").json["status"] == 4
    done = act(manager, code, 5, "finish", result_code="KQ-1", is_result_electronic=True)
    assert (done.json["status"], done.json["finished_at"]) == (9, "2026-03-02T10:00:00+07:00")
    back = act(desk, code, 6, "return", return_form="electronic")
    assert (back.json["status"], back.headers["ETag"]) == (10, '"7"')
    history = desk.get(f"{URL}/{code}/events").json["items"]
    assert [event["version"] for event in history] == [1, 2, 3, 4, 5, 6, 7]
    assert history[2]["facts"]["papers"] == ["Giấy A"]


def test_a_move_the_table_does_not_have_is_409(desk):
    code = lodge(desk).json["code"]
    refused = act(desk, code, 1, "return")
    assert (refused.status_code, refused.json["code"]) == (409, "transition_refused")
    assert len(desk.get(f"{URL}/{code}/events").json["items"]) == 1


def test_a_change_on_an_old_version_is_412_and_without_a_version_428(desk):
    code = lodge(desk).json["code"]
    assert act(desk, code, 1, "hand_over").status_code == 200
    stale = act(desk, code, 1, "withdraw", reason="Không cần nữa")
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")
    missing = desk.post(f"{URL}/{code}/actions/withdraw", json={"reason": "x"})
    assert (missing.status_code, missing.json["code"]) == (428, "precondition_required")


def test_the_same_key_makes_one_dossier(desk):
    headers = {"Idempotency-Key": "a-key"}
    first = desk.post(URL, json=BODY, headers=headers)
    again = desk.post(URL, json=BODY, headers=headers)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    other = desk.post(URL, json=BODY | {"channel": 3}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(desk.get(URL).json["items"]) == 1


def test_another_communes_dossier_answers_like_none(desk, signed_in):
    code = lodge(desk).json["code"]
    stranger = signed_in((Role.RECEPTION, MUONG_BI))
    foreign, none = stranger.get(f"{URL}/{code}"), stranger.get(f"{URL}/{code[:-1]}9")
    assert foreign.status_code == none.status_code == 404
    hidden = {"request_id"}
    assert {k: v for k, v in foreign.json.items() if k not in hidden} == {
        k: v for k, v in none.json.items() if k not in hidden
    }
    assert stranger.get(URL).json["items"] == []
    assert act(stranger, code, 1, "hand_over").status_code == 404
    assert stranger.get(f"{URL}/{code}/deadline").status_code == 404


def test_the_unit_that_resolves_sees_what_another_received(desk, signed_in):
    code = lodge(desk, resolving_unit=MUONG_BI).json["code"]
    assert code.startswith("H44.240-")
    resolver = signed_in((Role.OFFICER, MUONG_BI))
    assert resolver.get(f"{URL}/{code}").json["resolving_unit"] == MUONG_BI


def test_a_desk_cannot_receive_for_another_one(desk):
    refused = desk.post(URL, json=BODY | {"receiving_unit": MUONG_BI})
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")


def test_persons_are_masked_in_lists_and_whole_one_by_one(desk):
    code = lodge(desk).json["code"]
    [row] = desk.get(URL).json["items"]
    assert row["applicant_name"] == "B. T. Hoà"
    assert "017185000123" not in desk.get(URL).text
    assert "0912345678" not in desk.get(URL).text
    [person] = desk.get(f"{URL}/{code}").json["parties"]
    assert person["identity_number"] == "017185000123"
    assert "Hoà" not in desk.get(f"{URL}/{code}/events").text


def test_a_receipt_in_the_future_is_refused(desk):
    refused = desk.post(URL, json=BODY | {"happened_at": "2026-03-03T08:00:00+07:00"})
    assert (refused.status_code, refused.json["code"]) == (422, "time_out_of_order")
    assert refused.json["errors"][0]["field"] == "happened_at"


def test_an_earlier_receipt_is_claimed_and_both_times_are_kept(desk):
    made = lodge(desk, happened_at="2026-02-13T16:00:00+07:00", procedure_code=GUARDIANSHIP)
    assert made.json["code"] == "H44.240-260213-0001"
    assert made.json["due_at"] == "2026-02-25T17:00:00+07:00"
    [event] = desk.get(f"{URL}/{made.json['code']}/events").json["items"]
    assert event["happened_at"] == "2026-02-13T16:00:00+07:00"
    assert event["recorded_at"] == "2026-03-02T10:00:00+07:00"


def test_a_procedure_before_it_existed_is_refused(desk):
    refused = desk.post(URL, json=BODY | {"happened_at": "2024-03-03T08:00:00+07:00"})
    assert (refused.status_code, refused.json["code"]) == (422, "procedure_not_in_force")


def test_a_channel_that_is_not_offered_is_refused(desk):
    refused = desk.post(URL, json=BODY | {"procedure_code": "2.000815", "channel": 2})
    assert (refused.status_code, refused.json["code"]) == (422, "channel_not_offered")


def test_a_dossier_says_under_which_case_and_version_it_is(desk):
    lodged = lodge(desk).json
    assert (lodged["case_code"], lodged["version_from"]) == ("default", "2025-07-01")
    event = desk.get(f"{URL}/{lodged['code']}/events").json["items"][0]
    assert event["changes"]["version_from"] == "2025-07-01"


def test_the_deadline_is_told_in_sentences(desk):
    code = lodge(desk, procedure_code=BIRTH).json["code"]
    told = desk.get(f"{URL}/{code}/deadline").json
    assert told["due_at"] == "2026-03-02T17:00:00+07:00"
    kinds = ["received", "rule", "counting_starts", "counted"]
    assert [step["kind"] for step in told["ledger"]] == kinds
    assert told["ledger"][1]["facts"]["legal_basis"]
    assert told["stops"] == []
    assert told["sentences"][0] == "Tiếp nhận lúc 10:00 02/03/2026."


def test_a_list_goes_on_where_the_last_page_ended(desk):
    codes = [lodge(desk).json["code"] for _ in range(5)]
    first = desk.get(f"{URL}?limit=3").json
    second = desk.get(f"{URL}?limit=3&cursor={first['next']}").json
    assert [row["code"] for row in first["items"] + second["items"]] == codes[::-1]
    assert second["next"] is None


def test_late_ones_are_listed_from_the_first_instant_they_are_late(desk, signed_in, clock):
    lodge(desk)
    clock.at = datetime(2026, 3, 5, 17, 0, tzinfo=UTC) - timedelta(microseconds=1)
    desk = signed_in((Role.RECEPTION, TAN_LAC))
    assert desk.get(f"{URL}?overdue=true").json["items"] == []
    clock.at += timedelta(microseconds=1)
    assert [row["is_overdue"] for row in desk.get(f"{URL}?overdue=true").json["items"]] == [True]


def test_late_and_then_parked_is_still_listed_as_late(desk, signed_in, clock):
    lodged = lodge(desk)
    clock.at = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)
    desk = signed_in((Role.RECEPTION, TAN_LAC))
    asked = {"reason": "Thiếu", "papers": ["A"]}
    url = f"{URL}/{lodged.json['code']}/actions/request_supplement"
    assert desk.post(url, json=asked, headers={"If-Match": '"1"'}).status_code == 200
    shown = desk.get(f"{URL}/{lodged.json['code']}").json
    assert shown["is_overdue"]
    assert [row["code"] for row in desk.get(f"{URL}?overdue=true").json["items"]] == [shown["code"]]


def test_a_year_without_a_calendar_refuses_the_receipt_and_nothing_is_written(
    desk, signed_in, clock
):
    clock.at = datetime(2027, 12, 28, 3, 0, tzinfo=UTC)
    desk = signed_in((Role.RECEPTION, TAN_LAC))
    refused = desk.post(URL, json=BODY | {"procedure_code": "1.001662"})  # seven working days
    assert (refused.status_code, refused.json["code"]) == (503, "calendar_gap")
    assert refused.json["facts"] == {"year": "2028"}
    assert desk.get(URL).json["items"] == []
    assert lodge(desk, procedure_code=BIRTH).json["code"].endswith("-0001")


def test_an_unknown_filter_is_refused_and_never_lists_everything(desk):
    lodge(desk)
    assert desk.get(f"{URL}?statsu=2").status_code == 422


def test_a_unit_without_an_agency_code_gives_no_number(signed_in):
    desk = signed_in((Role.RECEPTION, "05353"))
    refused = desk.post(URL, json=BODY)
    assert (refused.status_code, refused.json["code"]) == (409, "agency_code_missing")
