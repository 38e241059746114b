"""Reports on the command line."""

from __future__ import annotations

import csv
import json
from hashlib import sha256

import pytest

from tests import make
from tests.domain.layouts import SMALL
from tests.spreadsheets import opened, table_of
from tthc.domain.accounts import Role

REGISTER = "config/examples/register_igate.csv"
AUTUMN = ("--since", "2025-08-01", "--until", "2025-11-01", "--as-of", "2025-11-01")


@pytest.fixture
def imported(run):
    run("import", REGISTER, "--mapping", "igate", "--json")


def test_a_report_is_written_as_a_workbook_and_as_csv(run, imported, tmp_path):
    book, table, again = (tmp_path / name for name in ("a.xlsx", "a.csv", "b.xlsx"))
    words = ("report", "ii06a", "--unit", "05158", *AUTUMN)
    told = json.loads(run(*words, "--out", book, "--json"))
    run(*words, "--out", again)
    assert book.read_bytes() == again.read_bytes()
    out = run(*words, "--format", "csv", "--out", table)
    assert sha256(table.read_bytes()).hexdigest() == told["fingerprint"]
    assert told["fingerprint"] in out
    total = table_of(opened(book.read_bytes()))[-1]
    assert total[2:] == [12, 0, 12, 0, 10, 0, 8, 2, 2, 2, 0]
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[-1][2:] == [str(count) for count in total[2:]]


def test_a_closed_period_is_written_as_it_was_closed(run, imported, committed_sessions, tmp_path):
    with committed_sessions.begin() as session:
        for name in ("an.nguyen", "binh.tran"):
            make.a_user(session, name, (Role.MANAGER, "05158"))
    closing = ("closing", "close", "--commune", "05158", *AUTUMN[:4])
    number = json.loads(run(*closing, "--reason", "Sổ giấy", "--by", "an.nguyen", "--json"))["id"]
    run("closing", "approve", number, "--by", "binh.tran")
    out = tmp_path / "closed.xlsx"
    words = ("report", "communes", "--closing", number, "--out", out)
    told = json.loads(run(*words, "--by", "an.nguyen", "--json"))
    assert told["lines"] == 1
    run(*words, "--by", "an.nguyen", "--report", 0)
    run(*words, status=2)
    run(*words, "--by", "an.nguyen", "--unit", "05158", status=2)


REFUSED = [
    (("ii06a",), 2, "usage_invalid"),
    (("ii06a", *AUTUMN, "--by", "an"), 2, "usage_invalid"),
    (("ii06b", *AUTUMN), 1, "report_unknown"),
    (("ii06a", *AUTUMN, "--unit", "99999"), 1, "not_found"),
    (("ii06a", *AUTUMN, "--unit", "05128", "--unassigned"), 1, "place_ambiguous"),
    (("ii06a", "--since", "2025-11-01", "--until", "2025-08-01"), 1, "period_invalid"),
]


def test_what_makes_no_sense_is_refused_and_nothing_is_written(run, imported, tmp_path):
    out = tmp_path / "none.xlsx"
    for words, status, code in REFUSED:
        refused = json.loads(run("report", *words, "--out", out, "--json", status=status))
        assert refused["error"]["code"] == code
        assert not out.exists()


def test_an_office_checks_its_layout_before_it_is_used(run, tmp_path):
    listed = {row["name"]: row for row in json.loads(run("layouts", "--json"))["items"]}
    assert listed["ii06a"]["checks"][-1] == "(3) = (7) + (11)"
    assert "SỔ THEO DÕI HỒ SƠ" in run("layouts")
    file = tmp_path / "btp_03b.toml"
    file.write_text(SMALL, encoding="utf-8")
    assert "btp_03b  small/1  Nhỏ" in run("layouts", file)
    file.write_text(SMALL.replace("B = C + D", "B = C"), encoding="utf-8")
    refused = json.loads(run("layouts", file, "--json", status=1))["error"]
    assert (refused["code"], refused["field"]) == ("layout_invalid", "checks.1")
