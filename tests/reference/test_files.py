"""The reference files, read as they are shipped."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date, datetime
from itertools import groupby, pairwise

import pytest

from tests.reference.files import (
    EXAMPLE,
    FILES,
    KEYS,
    REFERENCE,
    SHAPES,
    SPECIAL,
    TEXTS,
    due_on,
    folded,
)
from tthc.domain.ladder import AlertKind


@pytest.mark.parametrize("path", [*TEXTS, EXAMPLE], ids=lambda path: path.name)
def test_files_are_nfc_text_with_line_feeds_and_no_byte_order_mark(path):
    text = path.read_bytes().decode("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    assert text.endswith("\n")


@pytest.mark.parametrize("name", SHAPES)
def test_each_file_has_its_columns_unique_keys_and_a_source_in_every_row(name):
    text = (REFERENCE / f"{name}.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0].split(",") == SHAPES[name].replace("*", "").split()
    keys = Counter(tuple(row[column] for column in KEYS[name]) for row in FILES[name])
    assert [key for key, count in keys.items() if count > 1] == []
    assert [row for row in FILES[name] if not row["source"].strip()] == []
    assert [row for row in FILES[name] if None in row or None in row.values()] == []


@pytest.mark.parametrize("name", [name for name in KEYS if "valid_from" in KEYS[name]])
def test_no_row_of_the_same_thing_overlaps_another(name):
    spans: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for row in FILES[name]:
        key = tuple(row[column] for column in KEYS[name] if column != "valid_from")
        spans.setdefault(key, []).append((row["valid_from"], row["valid_to"] or "9999-12-31"))
    for of_key in spans.values():
        assert all(since < until for since, until in of_key)
        assert all(left[1] <= right[0] for left, right in pairwise(sorted(of_key)))


def test_the_province_comes_first_then_former_tan_lac_then_the_rest_by_code():
    codes = [row["code"] for row in FILES["units"]]
    assert len(codes) == 149
    assert codes[:6] == ["25", "05128", "05158", "05134", "05191", "05152"]
    assert codes[6:] == sorted(codes[6:])
    assert all(re.fullmatch(r"[0-9]{5}", code) for code in codes[1:])


def test_every_commune_is_of_phu_tho_and_three_have_no_known_agency_code():
    communes = FILES["units"][1:]
    assert {(row["level"], row["parent_code"]) for row in communes} == {("commune", "25")}
    assert all(row["name"].startswith(("Xã ", "Phường ")) for row in communes)
    known = [row["agency_code"] for row in communes if row["agency_code"]]
    assert len(known) == len(set(known)) == 145
    assert all(100 <= int(code.removeprefix("H44.")) <= 247 for code in known)


def test_the_catalogue_has_124_procedures_with_names_that_can_be_looked_up():
    procedures = FILES["procedures"]
    assert len(procedures) == 124
    assert all(re.fullmatch(r"[1236]\.[0-9]{6}", row["code"]) for row in procedures)
    assert not [row for row in procedures if row["name"].lower().startswith("thủ tục")]
    assert all(row["name"][0].isupper() for row in procedures)
    assert all(row["legal_basis"] and row["field"] for row in procedures)
    assert len({folded(row["name"]) for row in procedures}) == 124


def test_every_limit_belongs_to_a_procedure_and_every_procedure_has_one():
    codes = {row["code"] for row in FILES["procedures"]}
    assert {row["procedure_code"] for row in FILES["time_limits"]} == codes
    assert {row["procedure_code"] for row in FILES["fees"]} <= codes


def test_limits_hold_only_known_words_and_an_amount_where_one_is_counted():
    for row in FILES["time_limits"]:
        assert row["channel"] in {"1", "2", "3"}
        assert row["unit"] in {"working_hour", "working_day", "calendar_day", "none"}
        assert row["counting"] in {"standard", "in_day_15h"}
        assert row["stop_mode"] in {"shift", "restart"}
        assert row["confirmed"] in {"true", "false"}
        is_counted = row["unit"] != "none" and row["counting"] == "standard"
        assert bool(row["amount"]) == is_counted
        assert not is_counted or int(row["amount"]) > 0


def test_what_the_portal_printed_without_unit_or_time_is_not_confirmed():
    limits = FILES["time_limits"]
    doubtful = [r for r in limits if r["unit"] == "none" or "printed no unit" in r["note"]]
    assert len(doubtful) == 67 + 11  # bare numbers; no time at all
    assert {row["confirmed"] for row in doubtful} == {"false"}


def test_the_15_hours_rule_is_an_attribute_of_twelve_procedures_only():
    in_day = {r["procedure_code"] for r in FILES["time_limits"] if r["counting"] == "in_day_15h"}
    civil_status = {"1.001193", "1.000656", "1.004859", "2.000635", "2.000528", "2.000748"}
    adoption_and_record = {"2.000547", "2.002363"}
    certification = {"2.000815", "2.000884", "2.000942", "2.000913"}
    assert in_day == civil_status | adoption_and_record | certification


@pytest.mark.parametrize(
    ("procedure", "cases"),
    [
        ("1.004859", {("change", "3"), ("supplement", "")}),
        ("1.010040", {("short", "5"), ("long", "30")}),
        ("1.010041", {("short", "1"), ("long", "3")}),
        ("1.003677", {("short", "1"), ("long", "2")}),
    ],
)
def test_a_procedure_with_two_limits_has_two_named_cases(procedure, cases):
    limits = [row for row in FILES["time_limits"] if row["procedure_code"] == procedure]
    assert {(row["case_code"], row["amount"]) for row in limits} == cases
    assert all(row["case_name"] for row in limits)


def test_the_calendar_covers_2024_to_2027_and_only_2027_is_provisional():
    calendar = FILES["calendar"]
    assert {day.year for day in SPECIAL} == {2024, 2025, 2026, 2027}
    assert [row["day"] for row in calendar] == sorted(row["day"] for row in calendar)
    assert all((row["provisional"] == "true") == (row["day"] >= "2027") for row in calendar)
    make_up = [day.isoformat() for day, kind in SPECIAL.items() if kind == "LAM_BU"]
    assert make_up == ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"]
    assert all(date.fromisoformat(day).isoweekday() == 6 for day in make_up)


WORKING, CALENDAR = "working_day", "calendar_day"


@pytest.mark.parametrize(
    ("received", "amount", "unit", "due"),
    [  # worked out by hand from the announced calendar
        ("2025-12-31 09:00", 2, WORKING, "2026-01-06"),
        ("2026-01-09 09:00", 1, WORKING, "2026-01-10"),
        ("2026-02-13 09:00", 3, WORKING, "2026-02-25"),
        ("2026-04-24 09:00", 1, WORKING, "2026-04-28"),
        ("2026-04-20 09:00", 10, CALENDAR, "2026-05-04"),
        ("2026-08-21 09:00", 1, WORKING, "2026-08-22"),
        ("2026-08-27 09:00", 2, WORKING, "2026-09-03"),
        ("2026-11-09 09:00", 15, CALENDAR, "2026-11-25"),
        ("2026-11-23 14:50", 0, "in_day_15h", "2026-11-23"),
        ("2026-11-23 15:10", 0, "in_day_15h", "2026-11-25"),
        ("2026-11-23 09:00", 1, WORKING, "2026-11-25"),
    ],
)
def test_the_calendar_gives_the_known_due_dates(received, amount, unit, due):
    counting = unit if unit == "in_day_15h" else "standard"
    limit = {"unit": unit, "amount": str(amount), "counting": counting}
    assert due_on(datetime.fromisoformat(received), limit) == date.fromisoformat(due)


def test_the_desk_opens_on_weekdays_and_shifts_do_not_overlap():
    for weekday in "12345":
        of_day = [row for row in FILES["hours"] if row["weekday"] == weekday]
        shifts = [(row["opens"], row["closes"]) for row in of_day]
        assert shifts == [("07:30", "11:30"), ("13:30", "17:00")]
    assert len(FILES["hours"]) == 10


def test_the_ladder_rises_and_the_manager_hears_of_every_late_rung():
    ladder = [row for row in FILES["ladder"] if row["kind"] == "due"]
    days = [int(row["amount"]) for row in ladder]
    assert days == [-2, -1, 0, 1, 3, 5, 10]
    audiences = [set(row["audience"].split("|")) for row in ladder]
    assert set().union(*audiences) == {"officer", "manager", "chair", "province"}
    assert all("manager" in who for n, who in zip(days, audiences, strict=True) if n > 0)


def test_every_kind_of_alert_has_rungs_that_rise_and_end_with_the_manager():
    kinds = {row["kind"] for row in FILES["ladder"]}
    assert kinds == set(AlertKind) - {"notice"}
    for kind in kinds:
        rungs = [row for row in FILES["ladder"] if row["kind"] == kind]
        amounts = [int(row["amount"]) for row in rungs]
        assert amounts == sorted(set(amounts))
        assert "manager" in rungs[-1]["audience"].split("|")
    assert len({row["rung"] for row in FILES["ladder"]}) == len(FILES["ladder"])
    assert [row["amount"] for row in FILES["ladder"] if row["kind"] == "unaccepted"] == ["8"]
    assert {row["urgent"] for row in FILES["ladder"]} == {"true", "false"}


def test_stages_are_trial_values_in_the_order_of_their_numbers():
    stages = FILES["stages"]
    assert {"2.000986", "2.001023"} <= {row["procedure_code"] for row in stages}
    assert {row["confirmed"] for row in stages} == {"false"}
    assert all("quy trình nội bộ" in row["source"] for row in stages)
    cases = groupby(stages, key=lambda row: (row["procedure_code"], row["case_code"]))
    for _, rows in cases:
        numbers = [int(row["number"]) for row in rows]
        assert numbers == list(range(1, len(numbers) + 1))
    assert len({tuple(row[c] for c in KEYS["stages"]) for row in stages}) == len(stages)
