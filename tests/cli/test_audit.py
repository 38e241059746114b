"""The audit log on the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from sqlalchemy import text

from tests import make
from tests.commands import run_command
from tests.tampering import unlock

VERIFIER = make.ROOT / "tthc" / "enclosed" / "verify_audit.py"


@pytest.fixture
def run(committed_sessions, committed_url, tmp_path):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        make.a_dossier(session)

    def call(*words, status=0):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: make.NOW}
        done = run_command("audit", *map(str, words), **place)
        assert done.status == status, (done.out, done.err)
        return done.out

    return call


def test_an_anchor_is_made_the_log_verified_and_exported(run, tmp_path):
    assert "Without anchors" in run("verify")
    made = json.loads(run("anchor", "--json"))
    assert made["number"] == 1
    assert made["position"] > 0
    told = json.loads(run("verify", "--json"))
    assert (told["links"], told["anchors"], told["flaw_count"]) == (made["position"], 1, 0)
    assert "everything holds" in run("verify", "--key", made["public_key"])
    export, anchors = tmp_path / "export.jsonl", tmp_path / "audit" / "anchors.jsonl"
    assert str(made["position"]) in run("export", "--out", export)
    done = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, export, anchors, made["public_key"]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:2]) == (0, "OK"), done
    assert "audit_exported" not in export.read_text(), "an export is linked after it"
    assert json.loads(run("anchor", "--json"))["position"] > made["position"]


def test_what_was_changed_is_named_and_ends_with_a_status(run, committed_sessions, tmp_path):
    run("anchor")
    with committed_sessions.begin() as session:
        unlock(session)
        session.execute(text("UPDATE dossier_events SET actor = 'other'"))
    out = run("verify", status=1)
    assert "source_changed: event 1, H44" in out
    assert "does not hold" in out
    assert json.loads(run("verify", "--json", status=1))["flaws"][0]["code"] == "source_changed"


def test_a_file_or_a_key_that_cannot_be_read_is_refused(run, tmp_path):
    (tmp_path / "anchors").write_text("{}\n")
    refused = json.loads(run("verify", "--anchors", tmp_path / "anchors", "--json", status=1))
    assert refused["error"]["code"] == "anchor_unreadable"
    run("verify", "--key", "xyz", status=2)


@pytest.mark.parametrize("content", ["", "{}\n", '{"format": "tthc-audit/2"}\n'])
def test_the_second_program_refuses_what_is_no_export(content, tmp_path):
    (tmp_path / "export").write_text(content)
    done = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, tmp_path / "export"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:14]) == (1, "cannot be read")
