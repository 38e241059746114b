"""An evidence pack proves its figures by itself, and no change to it goes unseen."""

from __future__ import annotations

import ast
import csv
import io
import json
import subprocess
import sys
import warnings
import zipfile
from datetime import UTC, date, datetime
from hashlib import sha256
from operator import itemgetter
from random import Random

import pytest

from tests import make
from tests.wandering import wander
from tthc.domain.moment import start_of_day
from tthc.domain.numbers import NUMBERS
from tthc.domain.pack import MANIFEST, PackUnreadableError, as_json, zip_files
from tthc.domain.scope import EVERYTHING
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.services.evidence import Place, gather, list_behind
from tthc.services.metrics import make_period, measure_unit
from tthc.services.pack_checks import PackRulesDifferError, check_pack
from tthc.services.packs import list_path, pack_evidence
from tthc.storage.session import open_database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SUMMER = make_period(date(2026, 5, 1), date(2026, 8, 1), NOW)
VERIFIER = make.ROOT / "tthc" / "enclosed" / "verify_pack.py"
PROVINCE, ALL = Place(make.PROVINCE), Place()


@pytest.fixture(scope="module")
def sessions(module_url):
    migrate(module_url, make.ROOT, now=NOW)
    demonstrate(module_url, DemoWish(3, 300, 5), progress=lambda _: None, now=NOW)
    sessions = open_database(module_url)
    with sessions.begin() as session:
        begin = start_of_day(date(2026, 4, 1))
        wander(session, 80, Random("packs"), first=begin, now=start_of_day(date(2026, 9, 1)))
    yield sessions
    sessions.kw["bind"].dispose()


@pytest.fixture(scope="module")
def gathered(sessions):
    with sessions.begin() as session:
        return gather(session, SUMMER, ALL, EVERYTHING, as_of=NOW)


@pytest.fixture(scope="module")
def pack(gathered):
    return pack_evidence(gathered)


def alone(content, tmp_path):
    """Check a pack by the program that every pack carries, far from everything of ours."""
    file, program = tmp_path / "pack.zip", tmp_path / "verify_pack.py"
    file.write_bytes(content)
    program.write_bytes(VERIFIER.read_bytes())
    command = [sys.executable, "-I", "-S", "-W", "error", program, file]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_a_pack_holds_and_tells_the_figures_of_the_sheet(sessions, tmp_path):
    with sessions.begin() as session:
        sheet = measure_unit(session, make.PROVINCE, SUMMER, EVERYTHING, as_of=NOW)
        gathered = gather(session, SUMMER, PROVINCE, EVERYTHING, as_of=NOW)
    files = pack_evidence(gathered)
    content = zip_files(files)
    report = check_pack(content)
    assert (report.flaws, report.sha256) == ((), sha256(files[MANIFEST]).hexdigest())
    assert alone(content, tmp_path) == (0, "OK\n")
    table = csv.DictReader(io.StringIO(files["figures.csv"].decode("utf-8-sig")))
    told = {r["number"]: r for r in table if r["unit_code"] == "total"}
    total = sheet.total.tally
    assert {n: int(told[n]["value"]) for n in NUMBERS} == {n: NUMBERS[n].of(total) for n in NUMBERS}
    units = {unit["unit_code"] for unit in json.loads(files["figures.json"])["units"]}
    assert {row.unit.code for row in sheet.rows if row.tally.total} <= units
    listed = list_behind(gathered, "finished")
    assert files[told["finished"]["list"]] == listed.content
    assert told["finished"]["list_sha256"] == listed.sha256
    assert total.total > 100


def test_the_same_dossiers_give_the_same_bytes(sessions, pack):
    with sessions.begin() as session:
        again = gather(session, SUMMER, ALL, EVERYTHING, as_of=NOW)
    assert zip_files(pack_evidence(again)) == zip_files(pack)


def test_an_empty_pack_holds_too(sessions, tmp_path):
    before = make_period(date(2020, 1, 1), date(2020, 2, 1), NOW)
    with sessions.begin() as session:
        content = zip_files(
            pack_evidence(gather(session, before, Place(make.TAN_LAC), EVERYTHING, as_of=NOW))
        )
    assert check_pack(content).flaws == ()
    assert alone(content, tmp_path) == (0, "OK\n")


def test_no_person_is_in_a_pack(sessions, pack):
    everything = b"".join(pack.values()).decode()
    assert "Bùi Thị Hoà" not in everything
    assert make.a_person().identity_number not in everything


def test_the_verifier_is_short_and_imports_nothing_of_ours():
    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    tree = ast.walk(ast.parse(text))
    names = {n.name for i in tree if isinstance(i, ast.Import) for n in i.names}
    tree = ast.walk(ast.parse(text))
    names |= {i.module for i in tree if isinstance(i, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def resealed(files):
    """What a forger does who knows manifests."""
    manifest = json.loads(files[MANIFEST])
    sums = {name: sha256(files[name]).hexdigest() for name in sorted(files) if name != MANIFEST}
    return files | {MANIFEST: as_json(manifest | {"files": sums})}


def with_line(files, name, change):
    """The pack with other lines in one of its files."""
    head, *lines = files[name].decode().splitlines(keepends=True)
    return files | {name: "".join([head, *change(lines)]).encode()}


def with_cells(files, behind, **changes):
    """The first dossier behind a number, with other cells."""
    head, first, *_ = files[list_path(behind)].decode().splitlines(keepends=True)
    row = dict(zip(head.strip().split(","), first.strip().split(","), strict=True))
    other = {name: change(row) for name, change in changes.items()}
    line = ",".join((row | other).values()) + "\n"
    return with_line(files, "dossiers.csv", lambda rows: [line if x == first else x for x in rows])


def made_early(files):
    early = {name: itemgetter("received_at") for name in ("finished_at", "ended_at")}
    return with_cells(files, "by_day.finished_late", **early)


def asked_twice(files):
    return with_cells(files, "by_day.sound_finished_in_time", supplements=lambda _: "2")


def swapped(files):
    sheet = json.loads(files["figures.json"])
    counts = sheet["units"][1]["counts"]
    counts["finished"], counts["pending"] = counts["pending"], counts["finished"]
    return files | {"figures.json": as_json(sheet)}


def rounded(files):
    sheet = json.loads(files["figures.json"])
    for unit in (*sheet["units"], sheet["total"]):
        unit["figures"][0]["value"] = 1.0
    return files | {"figures.json": as_json(sheet)}


def silent(files):
    """The dossiers of one unit are left out of the sheet, not out of the list."""
    sheet = json.loads(files["figures.json"])
    return files | {"figures.json": as_json(sheet | {"units": sheet["units"][1:]})}


def in_the_table(files):
    text = files["figures.csv"].decode()
    line = next(x for x in text.splitlines() if x.startswith("total,,finished,"))
    cells = line.split(",")
    cells[4] = str(int(cells[4]) + 1)
    return files | {"figures.csv": text.replace(line, ",".join(cells)).encode()}


def about(files, **changes):
    return files | {MANIFEST: as_json(json.loads(files[MANIFEST]) | changes)}


def without(files, name):
    return {k: v for k, v in files.items() if k != name}


LATE = list_path("by_day.finished_late")
FORGERIES = {
    "a changed row": made_early,
    "a supplement more": asked_twice,
    "a removed row": lambda f: with_line(f, "dossiers.csv", lambda rows: rows[1:]),
    "a row twice": lambda f: with_line(f, "dossiers.csv", lambda rows: [rows[0], *rows]),
    "rows in another order": lambda f: with_line(f, "dossiers.csv", lambda rows: rows[::-1]),
    "a row less in a list": lambda f: with_line(f, LATE, lambda rows: rows[1:]),
    "a row more in a list": lambda f: with_line(f, LATE, lambda rows: [*rows, rows[0]]),
    "a figure swapped": swapped,
    "a rate made round": rounded,
    "a unit left out": silent,
    "a figure of the table": in_the_table,
    "a list removed": lambda f: without(f, LATE),
    "a file added": lambda f: f | {"lists/more.csv": b"x"},
    "levels removed": lambda f: with_line(f, "full_online.csv", lambda _: []),
    "another moment": lambda f: about(f, at="2026-06-15T00:00:00+07:00"),
    "a later beginning": lambda f: about(f, since="2026-06-01T00:00:00+07:00"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
@pytest.mark.parametrize("reseal", [dict, resealed], ids=["plain", "resealed"])
def test_every_forgery_is_found_by_both_checkers(pack, tmp_path, forge, reseal):
    forged = reseal(forge(dict(pack)))
    assert forged != pack
    content = zip_files(forged)
    assert found_by_us(content)
    status, told = alone(content, tmp_path)
    assert (status, told != "OK\n") == (1, True), told


def found_by_us(content):
    try:
        return bool(check_pack(content).flaws)
    except PackUnreadableError:
        return True


def test_a_file_that_is_in_it_twice_is_found(pack, tmp_path):
    content = io.BytesIO(zip_files(pack))
    with zipfile.ZipFile(content, "a") as twice, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twice.writestr("figures.csv", pack["figures.csv"])
    assert found_by_us(content.getvalue())
    assert alone(content.getvalue(), tmp_path)[0] == 1


@pytest.mark.parametrize("cut", [0, 20, 5_000, -30])
def test_what_is_no_pack_is_refused(pack, tmp_path, cut):
    content = zip_files(pack)[:cut]
    with pytest.raises(PackUnreadableError):
        check_pack(content)
    assert alone(content, tmp_path)[0] == 1


def test_a_pack_of_other_rules_is_left_to_the_verifier_it_carries(pack, tmp_path):
    content = zip_files(about(pack, rules_sha256="0" * 64))
    with pytest.raises(PackRulesDifferError):
        check_pack(content)
    assert alone(content, tmp_path) == (0, "OK\n")
