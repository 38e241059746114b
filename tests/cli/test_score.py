"""The score on the command line."""

from __future__ import annotations

import json

REGISTER = "config/examples/register_igate.csv"
AUTUMN = ("--since", "2025-08-01", "--until", "2025-11-01", "--as-of", "2025-11-01")


def test_the_worked_example_is_scored_out_of_what_is_known(run):
    run("import", REGISTER, "--mapping", "igate", "--json")
    told = json.loads(run("score", *AUTUMN, "--commune", "05158", "--json"))
    parts = {part["code"]: part for group in told["groups"] for part in group["parts"]}
    assert parts["progress"]["origin"] == "counted"
    assert parts["progress"]["denominator"] > 0
    assert parts["digitised"]["lack"] == "untold"
    assert parts["publish_on_time"]["lack"] == "not_reported"
    assert told["communes"] is None
    lines = run("score", *AUTUMN, "--commune", "25", "--communes")
    assert "chưa có số liệu" in lines
    assert f"thang {told['maximum']}" in lines
    assert "Xã Mường Bi" in lines
