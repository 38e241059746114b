"""``sweep --once``, ``deliver --once`` and ``letters`` from the command line."""

from __future__ import annotations

import json
import shutil
from email import message_from_bytes
from email.policy import default

import pytest

from tests import make
from tests.commands import run_command
from tests.jobs.alerting import a_late_dossier, a_staffed_desk
from tests.jobs.noticing import a_told_dossier
from tthc.domain.letters import Letter
from tthc.jobs.letters import LETTER_FOLDER


@pytest.fixture
def run(committed_url, committed_sessions, tmp_path, clock):
    with committed_sessions.begin() as session:
        a_staffed_desk(session)
        a_late_dossier(session)

    def call(*words, **changes):
        place = {"url": committed_url, "home": tmp_path, "clock": clock}
        return run_command(*words, **place, **changes)

    return call


def test_alerts_are_raised_and_mailed_into_the_folder_of_a_trial(run, tmp_path):
    assert json.loads(run("sweep", "--once", "--json").out) == {"raised": 1, "pages": 1}
    told = json.loads(run("deliver", "--once", "--json").out)
    assert told["routing"] == {"routed": 1, "withdrawn": 0, "orphaned": 0}
    assert told["delivery"]["messages"] == told["delivery"]["sent"] == 2
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 2
    assert run("sweep", "--once").out == "Alerts raised: 0\n"
    assert "Messages sent: 0" in run("deliver", "--once").out


def test_in_production_mail_waits_for_a_server(run, tmp_path):
    run("sweep", "--once")
    told = run("deliver", "--once", "--json", environment="production")
    assert json.loads(told.out)["delivery"]["messages"] == 0
    assert not (tmp_path / "outbox").exists()


def test_a_message_that_does_not_leave_fails_the_round(run):
    run("sweep", "--once")
    failed = run("deliver", "--once", "--json", smtp_url="smtp://127.0.0.1:1")
    told = json.loads(failed.out[failed.out.index("{\n") :])["delivery"]
    assert (failed.status, told["messages"], told["failures"]) == (1, 0, 1)
    assert run("deliver", "--once").status == 0, "nothing is due to be tried yet"


def test_it_has_to_be_said_that_it_is_once(run):
    assert run("sweep").status == run("deliver").status == 2


def test_what_was_parked_can_be_tried_anew(run):
    run("sweep", "--once")
    run("deliver", "--once")
    told = run("deliver", "--once", "--retry-parked", "--json")
    assert json.loads(told.out)["delivery"]["messages"] == 0


def test_citizens_are_written_to_and_counted_beside(run, committed_sessions, clock, tmp_path):
    with committed_sessions.begin() as session:
        a_told_dossier(session, now=clock())
    clock.forward(minutes=5)
    told = run("deliver", "--once", "--json")
    assert json.loads(told.out)["notices"] == {
        "messages": 1,
        "sent": 1,
        "withdrawn": 0,
        "parked": 0,
        "failures": 0,
    }
    [letter] = (tmp_path / "outbox").glob("tthc-notice-*.eml")
    assert "Bùi" not in message_from_bytes(letter.read_bytes(), policy=default).get_content()
    assert "Citizen notices sent: 0" in run("deliver", "--once").out


def test_a_citizens_letter_that_does_not_leave_fails_the_round(run, committed_sessions, clock):
    with committed_sessions.begin() as session:
        a_told_dossier(session, now=clock())
    clock.forward(minutes=5)
    failed = run("deliver", "--once", "--json", smtp_url="smtp://127.0.0.1:1")
    told = json.loads(failed.out[failed.out.index("{\n") :])["notices"]
    assert (failed.status, told["sent"], told["failures"]) == (1, 0, 1)


def test_letters_can_be_read_before_a_citizen_reads_them(run):
    told = json.loads(run("letters", "--json").out)["letters"]
    assert [letter["letter"] for letter in told] == list(Letter)
    for letter in told:
        assert "$" not in letter["subject"] + letter["body"]
        assert "H44.240-261123-0001" in letter["body"]
    apology = run("letters", "apology")
    assert "Xin lỗi và hẹn lại ngày trả kết quả" in apology.out
    assert "Lý do: (lý do cán bộ đã ghi)" in apology.out


def test_a_letter_that_cannot_be_used_is_named(run, tmp_path):
    folder = shutil.copytree(make.ROOT / LETTER_FOLDER, tmp_path / "words")
    (folder / "apology.txt").write_text("Tiêu đề: Xin lỗi\n\n$dossier_code $due", "utf-8")
    refused = run("letters", "--folder", str(folder))
    assert refused.status == 1
    assert "must tell $reason [letter_invalid]" in refused.err
    assert run("letters", "nonsense").status == 2
