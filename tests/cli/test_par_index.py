"""The PAR INDEX score on the command line."""

from __future__ import annotations

import json

from tests import make

REGISTER = "config/examples/register_igate.csv"
AUTUMN = ("--since", "2025-08-01", "--until", "2025-11-01", "--as-of", "2025-11-01")
WORDS = ("par", *AUTUMN, "--commune", "05158", "--year", "2026")


def test_a_unit_is_scored_by_the_example_and_by_a_set_of_its_own(run, tmp_path):
    run("import", REGISTER, "--mapping", "igate", "--json")
    told = json.loads(run(*WORDS, "--json"))
    assert told["is_confirmed"] is False
    first, *_, petitions = told["criteria"]
    assert first["numerator"] < first["denominator"]
    assert first["more_to_next"] > 0
    assert (petitions["points"], petitions["lack"]) == (None, "not_reported")
    assert "CHƯA được xác nhận" in run(*WORDS)
    own = tmp_path / "own.csv"
    shipped = (make.ROOT / "config/reference/par_index.csv").read_text(encoding="utf-8")
    own.write_text(shipped.replace("100:full; 95:x; 0:0", "0:full"), encoding="utf-8")
    (scored, *_) = json.loads(run(*WORDS, "--file", own, "--json"))["criteria"]
    assert (scored["points"], scored["more_to_next"], scored["fewer_allowed"]) == ("3", None, None)
    own.write_text(shipped.replace(",3,", ",three,"), encoding="utf-8")
    refused = json.loads(run(*WORDS, "--file", own, "--json", status=1))["error"]
    assert (refused["code"], refused["line"], refused["rule"]) == (
        "par_file_refused",
        "2",
        "number",
    )
    absent = json.loads(run(*WORDS[:-1], "2031", "--json", status=1))["error"]
    assert absent["code"] == "not_found"
