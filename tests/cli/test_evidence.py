"""Evidence on the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests import make
from tests.commands import run_command

LATER = make.NOW.replace(month=11, day=24)
REGISTER = "config/examples/register_igate.csv"
AUTUMN = ("--since", "2025-08-01", "--until", "2025-11-01", "--as-of", "2025-11-01")


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: LATER}
        done = run_command(*words, **place)
        assert done.status == 0, done.err
        return done.out

    return call


def test_the_late_ones_of_the_worked_example_are_listed(run):
    run("import", REGISTER, "--mapping", "igate", "--json")
    words = ("evidence", "list", "--number", "by_day.finished_late", *AUTUMN, "--commune", "05158")
    rows = list(csv.DictReader(io.StringIO(run(*words))))
    assert len(rows) == 2
    assert all(row["finished_at"] > row["overdue_at"] for row in rows)
    told = json.loads(run(*words, "--json"))
    assert (told["value"], told["unit_code"]) == (2, "05158")
    assert [row["code"] for row in rows] == [item["code"] for item in told["items"]]
