"""`check` runs everything, whatever it finds, and its status tells whether all passed."""

from __future__ import annotations

import json
import os

from tthc.launch.checking import run_checks

PASSES = ("python", "-c", "pass")
FAILS = ("python", "-c", "raise SystemExit('line 1: wrong')")


def test_a_failure_does_not_keep_the_other_checks_from_running(tmp_path, capsys):
    status = run_checks(tmp_path, os.environ, ["--json"], {"first": FAILS, "second": PASSES})
    seen = capsys.readouterr()
    assert status == 1
    assert [(o["name"], o["passed"]) for o in json.loads(seen.out)] == [
        ("first", False),
        ("second", True),
    ]
    assert "line 1: wrong" in seen.err
    assert "Failed: first." in seen.err


def test_all_passing_is_status_nought(tmp_path, capsys):
    assert run_checks(tmp_path, os.environ, [], {"only": PASSES}) == 0
    assert "All 1 checks passed." in capsys.readouterr().err
