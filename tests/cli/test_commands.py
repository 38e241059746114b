"""The command line as people and programs use it: lines, JSON, and a status when it fails."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import pytest

from tests import make
from tests.commands import run_command
from tests.jobs.alerting import act
from tests.recount import recount
from tthc.domain.lifecycle import Action
from tthc.storage.schema import downgrade

LATER = make.NOW.replace(month=11, day=24)
REGISTER = "config/examples/register_igate.csv"
PERIOD = ("--since", "2025-08-01", "--until", "2025-11-01", "--as-of", "2025-11-01")


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, url=committed_url, environment="trial"):
        place = {"url": url, "home": tmp_path, "clock": lambda: LATER}
        done = run_command(*words, **place, environment=environment)
        return done.status, done.out, done.err

    return call


def data(result):
    status, out, err = result
    assert status == 0, err
    return json.loads(out)


def test_a_register_is_imported_and_counted(run):
    report = data(run("import", REGISTER, "--mapping", "igate", "--json"))
    assert (report["imported"], report["refused"], report["status"]) == (53, 6, "done")
    again = data(run("import", REGISTER, "--mapping", "config/mappings/igate.toml", "--json"))
    assert (again["imported"], again["unchanged"]) == (0, 53)
    sheet = data(run("metrics", *PERIOD, "--json"))
    assert sheet["total"]["counts"]["received"] == 43
    _, table, _ = run("metrics", *PERIOD, "--commune", "05128")
    assert "Xã Tân Lạc" in table
    assert "Tổng" in table
    _, table, _ = run("metrics", *PERIOD)
    for line in table.splitlines()[1:]:
        received, carried_over, finished, closed, pending = map(int, line.split()[-9:-4])
        assert received + carried_over == finished + closed + pending


def test_refused_rows_are_listed_for_people_too(run):
    status, out, _ = run("import", REGISTER, "--mapping", "igate", "--dry-run", "--refusals", "2")
    assert status == 0
    assert "Bị từ chối · refused      6" in out
    assert "4 dòng nữa · more" in out


def test_a_due_date_is_explained(run):
    words = ("--received", "2026-02-12T16:00", "--limit", "5", "--unit", "working_day")
    told = data(run("deadline", *words, "--commune", "05128", "--json"))
    assert told["due_at"].startswith("2026-02-26T")
    assert "Tết" in run("deadline", *words)[1]
    assert len(told["days"]) == 14
    halves = run("deadline", *words, "--counting", "half_day")
    assert "5 buổi làm việc" in halves[1]


def test_the_due_date_of_a_dossier_is_explained(run, committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        code = make.a_dossier(session).code
    told = data(run("deadline", "--dossier", code, "--json"))
    assert told["due_at"].startswith("2026-03-05T")
    assert "1.004837" in told["sentences"][1]
    assert run("deadline", "--dossier", "H44.240-990101-0001")[0] == 1
    assert run("deadline")[0] == 2
    assert (
        run(
            "deadline",
            "--dossier",
            code,
            "--received",
            "2026-02-12T16:00",
            "--limit",
            "5",
            "--unit",
            "working_day",
        )[0]
        == 2
    )


def test_every_event_is_one_line_without_personal_data(run, committed_sessions):
    data(run("migrate", "--json"))
    with committed_sessions.begin() as session:
        dossier = make.a_dossier(session)
        act(session, dossier.code, Action.WITHDRAW, reason="Bà Bùi xin rút")
    lines = [json.loads(line) for line in run("events", "export")[1].splitlines()]
    assert [line["action"] for line in lines] == ["receive", "withdraw"]
    assert "Bùi" not in json.dumps(lines, ensure_ascii=False)
    assert run("events", "export", "--after", str(lines[-1]["id"]))[1] == ""


def test_what_is_exported_is_enough_for_every_count(run):
    data(run("demo", "--communes", "2", "--dossiers", "200", "--json"))
    period = ("--since", "2026-06-01", "--until", "2026-09-01", "--as-of", "2026-09-01")
    sheet = data(run("metrics", *period, "--json"))
    events, levels = (
        [json.loads(line) for line in run("events", name)[1].splitlines()]
        for name in ("export", "levels")
    )

    def is_eligible(procedure_code, day):
        return any(
            row["valid_from"] <= day.isoformat() < (row["valid_to"] or "9999")
            for row in levels
            if row["procedure_code"] == procedure_code and row["level"] == "full_online"
        )

    since, at = (datetime.fromisoformat(f"{day}T00:00+07:00") for day in period[1:4:2])
    counted = sum(recount(events, since, at, is_eligible).values(), Counter())
    told = sheet["total"]["counts"]
    names = [name for name in counted if "." not in name]
    assert {name: counted[name] for name in names} == {name: told[name] for name in names}
    assert counted["received_eligible_online"] > 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", REGISTER, "--mapping", "nowhere"), "mapping_unknown"),
        (("import", REGISTER, "--mapping", "receipt"), "import_file_refused"),
        (("import", REGISTER, "--mapping", "./nowhere.toml"), "mapping_invalid"),
        (("metrics", "--since", "2026-02-01", "--until", "2026-01-01"), "period_invalid"),
        (("metrics", *PERIOD, "--commune", "99999"), "not_found"),
        (
            ("deadline", "--received", "2026-02-12", "--limit", "0", "--unit", "working_day"),
            "limit_invalid",
        ),
        (
            ("deadline", "--received", "2031-02-12", "--limit", "1", "--unit", "working_day"),
            "calendar_gap",
        ),
    ],
)
def test_a_refusal_ends_with_status_1_and_a_stable_code(run, words, code):
    status, out, _ = run(*words, "--json")
    assert (status, json.loads(out)["error"]["code"]) == (1, code)
    status, _, err = run(*words)
    assert (status, f"[{code}]" in err) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        ("import", "no-such-file.csv", "--mapping", "igate"),
        ("metrics", "--since", "yesterday", "--until", "2026-01-01"),
        ("deadline", "--received", "noon", "--limit", "1", "--unit", "working_day"),
    ],
)
def test_wrong_use_is_told_with_status_2(run, words):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert "Error" in err
    status, out, err = run(*words, "--json")
    told = json.loads(out)["error"]
    assert (status, err, told["code"]) == (2, "", "usage_invalid")
    assert told["detail"]
    assert told["detail_en"]


def test_a_database_that_is_away_is_told_without_a_traceback(run):
    nowhere = "postgresql+psycopg://u@127.0.0.1:1/none"
    status, _, err = run("metrics", *PERIOD, url=nowhere)
    assert status == 1
    assert "Không kết nối được cơ sở dữ liệu" in err
    status, out, err = run("metrics", *PERIOD, "--json", url=nowhere)
    assert (status, err) == (1, "")
    assert json.loads(out)["error"]["code"] == "database_unavailable"


def test_an_import_that_takes_nothing_over_fails(run, tmp_path):
    lines = (make.ROOT / REGISTER).read_text(encoding="utf-8").splitlines()
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join([lines[0], *(x for x in lines if "H44.299" in x), ""]), "utf-8")
    status, out, _ = run("import", str(bad), "--mapping", "igate", "--json")
    told = json.loads(out)
    assert (status, told["imported"], told["refused"]) == (1, 0, 1)
    assert run("import", str(bad), "--mapping", "igate", "--dry-run")[0] == 1
    good = tmp_path / "good.csv"
    good.write_text("\n".join([*lines[:2], *(x for x in lines if "H44.299" in x), ""]), "utf-8")
    for _ in range(2):
        assert run("import", str(good), "--mapping", "igate")[0] == 0
    empty = tmp_path / "empty.csv"
    empty.write_text(f"{lines[0]}\n", "utf-8")
    assert run("import", str(empty), "--mapping", "igate")[0] == 0


def test_in_production_a_command_changes_no_schema(run, committed_url):
    downgrade(committed_url, "base")
    status, out, _ = run("sweep", "--once", "--json", environment="production")
    assert (status, json.loads(out)["error"]["code"]) == (1, "schema_outdated")
    assert run("migrate", environment="production")[0] == 0
    assert run("sweep", "--once", environment="production")[0] == 0
