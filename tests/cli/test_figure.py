"""Reporting figures on the command line."""

from __future__ import annotations

import json

from tests import make
from tthc.domain.accounts import Role

PERIOD = ("--commune", make.TAN_LAC, "--since", "2026-03-01", "--until", "2026-04-01")


def test_a_figure_is_reported_refused_corrected_and_listed(run, committed_sessions):
    run("migrate")
    with committed_sessions.begin() as session:
        make.a_user(session, "an.nguyen", (Role.MANAGER, make.TAN_LAC))
    words = ("figure", "report", "petitions_on_time", *PERIOD, "--source", "PAKN", "--by",
             "an.nguyen", "--json")  # fmt: skip
    first = json.loads(run(*words, "--numerator", 296, "--denominator", 570))
    assert (first["number"], first["entered_by"]) == (0, "an.nguyen")
    refused = json.loads(run(*words, "--numerator", 1, "--denominator", 570, status=1))
    assert refused["error"]["code"] == "figure_reported"
    gone = json.loads(run(*words, "--reason", "Nhầm đơn vị"))
    assert (gone["number"], gone["numerator"]) == (1, None)
    listed = run("figure", "list", "--by", "an.nguyen")
    assert "#1: đã rút" in listed
    assert "#0: 296/570" in listed
