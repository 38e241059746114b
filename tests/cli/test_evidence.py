"""Evidence on the command line."""

from __future__ import annotations

import csv
import io
import json
import zipfile

REGISTER = "config/examples/register_igate.csv"
AUTUMN = ("--since", "2025-08-01", "--until", "2025-11-01", "--as-of", "2025-11-01")


def test_the_late_ones_of_the_worked_example_are_listed(run):
    run("import", REGISTER, "--mapping", "igate", "--json")
    words = ("evidence", "list", "--number", "by_day.finished_late", *AUTUMN, "--commune", "05158")
    rows = list(csv.DictReader(io.StringIO(run(*words))))
    assert len(rows) == 2
    assert all(row["finished_at"] > row["overdue_at"] for row in rows)
    told = json.loads(run(*words, "--json"))
    assert (told["value"], told["unit_code"]) == (2, "05158")
    assert [row["code"] for row in rows] == [item["code"] for item in told["items"]]


def test_a_pack_is_written_checked_and_found_wrong(run, tmp_path):
    run("import", REGISTER, "--mapping", "igate", "--json")
    file, again = tmp_path / "pack.zip", tmp_path / "again.zip"
    made = json.loads(
        run("evidence", "pack", *AUTUMN, "--commune", "05158", "--out", file, "--json")
    )
    run("evidence", "pack", *AUTUMN, "--commune", "05158", "--out", again)
    assert file.read_bytes() == again.read_bytes()
    told = json.loads(run("evidence", "verify", file, "--json"))
    assert (told["sha256"], told["flaws"]) == (made["sha256"], [])
    assert made["sha256"] in run("evidence", "verify", file)
    with zipfile.ZipFile(file, "a") as pack:
        pack.writestr("more.csv", b"x")
    assert "more.csv: file_added" in run("evidence", "verify", file, status=1)
    assert json.loads(run("evidence", "verify", file, "--json", status=1))["flaws"] == [
        {"code": "file_added", "file": "more.csv"}
    ]
    again.write_bytes(b"PK")
    refused = json.loads(run("evidence", "verify", again, "--json", status=1))
    assert refused["error"]["code"] == "pack_unreadable"


def test_what_spoils_the_statistics_is_listed(run):
    run("import", REGISTER, "--mapping", "igate", "--json")
    told = json.loads(run("quality", *AUTUMN, "--commune", "05158", "--json"))
    assert told["total"]["by_rule"] == {"channel_missing/1": 12, "due_missing/1": 1}
    assert (told["total"]["score"], told["discords"]) == (0.0, [])
    assert "spoiled: 12/12" in run("quality", *AUTUMN, "--commune", "05158")


def test_a_stretch_is_told_in_months_by_channel(run):
    run("import", REGISTER, "--mapping", "igate", "--json")
    words = ("series", *AUTUMN, "--step", "month", "--unit", "05158")
    told = json.loads(run(*words, "--by", "channel", "--json"))
    assert [len(point["parts"]) for point in told["points"]] == [1, 1, 1]
    assert told["points"][0]["parts"][0]["key"] is None, "the register has no channel"
    assert sum(point["total"]["counts"]["received"] for point in told["points"]) == 12
    assert "Xã Mường Bi" in run(*words)
