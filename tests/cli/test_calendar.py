"""``calendar``: a decision from the file to the moved due dates, on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests import make
from tests.commands import run_command
from tthc.domain.accounts import Role

NOW = datetime(2026, 12, 22, 3, 0, tzinfo=UTC)
SWAP = "day,kind,name\n2026-12-25,NGHI,Nghỉ hoán đổi\n2026-12-26,LAM_BU,Làm bù\n"
DECISION = ("--legal-basis", "CV 1", "--source", "test")


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, now=NOW):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: now}
        return run_command("calendar", *words, **place)

    return call


@pytest.fixture
def people(committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        for name in ("an.nguyen", "binh.tran"):
            make.a_user(session, name, (Role.ADMINISTRATOR, None))
        make.a_user(session, "chi.bui", (Role.MANAGER, make.TAN_LAC))
        make.a_dossier(session, now=NOW)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "swap.csv"
    path.write_text(SWAP, encoding="utf-8")
    return str(path)


def test_a_decision_is_proposed_approved_by_another_and_applied_once(run, people, file):
    told = run("propose", file, *DECISION, "--by", "an.nguyen", "--json")
    draft = json.loads(told.out)
    assert (draft["status"], draft["moved"], draft["looked_at"]) == ("draft", 1, 1)
    own = run("approve", str(draft["id"]), "--by", "an.nguyen", "--json")
    assert own.status == 1
    assert json.loads(own.out)["error"]["code"] == "second_person_required"
    done = json.loads(run("approve", str(draft["id"]), "--by", "binh.tran", "--json").out)
    assert (done["status"], done["units"][0]["applied"]) == ("applied", 1)
    again = run("approve", str(draft["id"]), "--by", "binh.tran")
    assert again.status == 0
    assert "05128" in run("show", str(draft["id"]), "--by", "chi.bui").out


def test_what_the_files_say_does_not_undo_a_decision(run, people, tmp_path):
    back = tmp_path / "back.csv"
    back.write_text("day,kind,name\n2027-11-24,BO,Bãi bỏ\n", encoding="utf-8")
    draft = json.loads(run("propose", str(back), *DECISION, "--by", "an.nguyen", "--json").out)
    assert run("approve", str(draft["id"]), "--by", "binh.tran").status == 0
    off = tmp_path / "off.csv"
    off.write_text("day,kind,name\n2027-11-24,NGHI,x\n", encoding="utf-8")
    assert run("propose", str(off), *DECISION, "--by", "an.nguyen").status == 0


def test_a_draft_is_given_up(run, people, file):
    draft = json.loads(run("propose", file, *DECISION, "--by", "an.nguyen", "--json").out)
    assert "withdrawn" in run("withdraw", str(draft["id"]), "--by", "binh.tran").out


@pytest.mark.parametrize("name", ["chi.bui", "nobody.here"])
def test_who_may_not_change_the_calendar_is_refused(run, people, file, name):
    assert run("propose", file, *DECISION, "--by", name).status == 1
