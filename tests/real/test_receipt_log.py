"""The figures of the real permit log equal those counted straight from the file."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tests import make
from tthc.domain.moment import start_of_day
from tthc.domain.pack import unzip_files, zip_files
from tthc.domain.scope import EVERYTHING
from tthc.jobs.importing import find_mapping, run_import
from tthc.jobs.migrating import migrate
from tthc.services.evidence import Place, gather
from tthc.services.imports.reading import file_source
from tthc.services.metrics import make_period, measure_communes
from tthc.services.pack_checks import check_pack
from tthc.services.packs import pack_evidence
from tthc.services.quality import inspect
from tthc.storage.session import open_database

LOG = make.ROOT.parent / "shared" / "data" / "receipt.csv"
VIET_NAM = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CHANNELS = {"Internet": "online", "e-mail": "online", "Desk": "direct", "Intern": "direct"}
CHANNELS |= {"Post": "postal"}

pytestmark = pytest.mark.skipif(not LOG.is_file(), reason="the real log is not beside the project")


def read_cases():
    """The log read plainly: per case its group, channel, start, deadline and end, if any."""
    cases = {}
    with LOG.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            end = row["case:enddate"]
            cases[row["case:concept:name"]] = {
                "group": row["case:group"],
                "channel": CHANNELS[row["case:channel"]],
                "start": datetime.fromisoformat(row["case:startdate"]),
                "due": datetime.fromisoformat(row["case:deadline"]),
                "end": datetime.fromisoformat(end) if end else None,
            }
    return cases


def import_log(url):
    migrate(url, make.ROOT, now=NOW)
    sessions = open_database(url, statement_timeout_ms=60_000)
    try:
        return run_import(
            sessions,
            file_source(LOG),
            find_mapping("receipt", make.ROOT),
            requested_by="test",
            dry_run=False,
            progress=lambda *_: None,
            clock=lambda: NOW,
        )
    finally:
        sessions.kw["bind"].dispose()


@pytest.fixture(scope="module")
def imported(module_url):
    """The report of the import, and the sessions to ask."""
    report = import_log(module_url)
    sessions = open_database(module_url)
    yield report, sessions
    sessions.kw["bind"].dispose()


def test_every_case_is_imported_or_refused_with_its_reason(imported):
    report, _ = imported
    assert (report.rows, report.dossiers, report.imported) == (8_577, 1_434, 1_432)
    assert {(r.key, r.code) for r in report.refusals} == {
        ("case-10862", "finished_before_received"),
        ("case-8267", "finished_before_received"),
    }


def test_a_second_import_changes_nothing(imported, module_url):
    again = import_log(module_url)
    assert (again.imported, again.unchanged, again.refused) == (0, 1_432, 2)


def straight(since: date, at: datetime) -> Counter[str]:
    begins, told = start_of_day(since), Counter()
    for case in read_cases().values():
        start, due, end = case["start"], case["due"], case["end"]
        if end is not None and end < start:
            continue
        ended = end if end is not None and end < at else None
        if start >= at or (ended is not None and ended < begins):
            continue
        told["carried_over" if start < begins else "received"] += 1
        if start >= begins:
            told[f"received_{case['channel']}"] += 1
        group = "finished" if ended else "pending"
        told[group] += 1
        judged = ended or at
        late = {
            "day": judged >= midnight_after(due),
            "instant": judged > due,
        }
        for way, is_late in late.items():
            told[f"{way}.{group}_{'late' if is_late else 'in_time'}"] += 1
    return told


def midnight_after(moment: datetime) -> datetime:
    day = moment.astimezone(VIET_NAM).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=VIET_NAM)


def published(sessions, since, until, as_of) -> Counter[str]:
    period = make_period(since, until, as_of)
    with sessions.begin() as session:
        tally = measure_communes(session, period, EVERYTHING, as_of=as_of).total.tally
    told = Counter({k: v for k, v in asdict(tally).items() if isinstance(v, int)})
    kept = ("received", "carried_over", "finished", "pending")
    kept += ("received_direct", "received_online", "received_postal")
    found = Counter({name: told[name] for name in kept})
    for way, held in (("day", tally.by_day), ("instant", tally.by_instant)):
        found[f"{way}.finished_in_time"] = held.finished_early + held.finished_on_time
        found[f"{way}.finished_late"] = held.finished_late
        found[f"{way}.pending_in_time"] = held.pending_in_time
        found[f"{way}.pending_late"] = held.pending_late
    return +found


@pytest.mark.parametrize(
    ("since", "until", "as_of"),
    [
        (date(2010, 10, 1), date(2012, 2, 1), date(2012, 2, 1)),
        (date(2011, 1, 1), date(2011, 4, 1), date(2012, 2, 1)),
        (date(2011, 3, 1), date(2011, 4, 1), date(2011, 3, 17)),
        (date(2011, 10, 1), date(2012, 1, 1), date(2011, 12, 5)),
        (date(2010, 10, 1), date(2012, 2, 1), date(2013, 2, 1)),
    ],
)
def test_the_figures_are_those_of_the_file(imported, since, until, as_of):
    _, sessions = imported
    seen_from = start_of_day(as_of)
    at = min(seen_from, start_of_day(until))
    assert published(sessions, since, until, seen_from) == +straight(since, at)


def test_no_group_stays_visible_as_unassigned(imported):
    _, sessions = imported
    groups = defaultdict(int)
    for case in read_cases().values():
        if case["end"] is None or case["end"] >= case["start"]:
            groups[case["group"]] += 1
    as_of = start_of_day(date(2012, 2, 1))
    period = make_period(date(2010, 10, 1), date(2012, 2, 1), as_of)
    with sessions.begin() as session:
        sheet = measure_communes(session, period, EVERYTHING, as_of=as_of)
    assert sheet.unassigned.tally.received == 823
    by_unit = sorted(row.tally.received for row in sheet.rows if row.tally.total)
    assert by_unit == sorted(v for k, v in groups.items() if v != 823)


def test_the_evidence_pack_of_the_log_proves_the_same_figures(imported, tmp_path):
    _, sessions = imported
    since, until, as_of = date(2011, 1, 1), date(2011, 4, 1), start_of_day(date(2012, 2, 1))
    period = make_period(since, until, as_of)
    with sessions.begin() as session:
        gathered = gather(session, period, Place(), EVERYTHING, as_of=as_of)
        quality = inspect(session, period, Place(), EVERYTHING, as_of=as_of)
    content = zip_files(pack_evidence(gathered))
    assert check_pack(content).flaws == ()
    file = tmp_path / "pack.zip"
    file.write_bytes(content)
    verifier = make.ROOT / "tthc" / "enclosed" / "verify_pack.py"
    assert subprocess.run([sys.executable, "-I", verifier, file], check=False).returncode == 0
    expected = straight(since, period.at)
    counts = json.loads(unzip_files(content)["figures.json"])["total"]["counts"]
    assert counts["finished"] == expected["finished"]
    assert counts["by_day"]["finished_late"] == expected["day.finished_late"]
    assert counts["by_instant"]["finished_late"] == expected["instant.finished_late"]
    assert quality.discords == []
    assert quality.total.dossiers == expected["received"] + expected["carried_over"]
