"""The mappings and the example register, read as they are shipped."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "config/reference"
EXAMPLE = ROOT / "config/examples/register_igate.csv"
SHARED_LOG = ROOT.parent / "shared/data/receipt.csv"
DAY = timedelta(days=1)
SHAPES = {  # columns of each file; a row is known by the starred ones
    "units": "code* level parent_code agency_code name valid_from* valid_to source",
    "procedures": "code* name field performed_by valid_from* valid_to yields_result legal_basis "
    "source note",
    "time_limits": "procedure_code* case_code* case_name channel* area_class* unit amount counting "
    "stop_mode confirmed note source",
    "calendar": "day* kind scope* name legal_basis provisional source",
    "hours": "unit_code* weekday* opens* closes valid_from* valid_to source",
    "ladder": "rung* kind working_days audience source note",
    "fees": "procedure_code* case_code* from_page* to_page amount currency per ceiling "
    "ceiling_per valid_from* valid_to confirmed source",
}
KEYS = {n: [c[:-1] for c in shape.split() if c[-1] == "*"] for n, shape in SHAPES.items()}
TEXTS = [*sorted(REFERENCE.glob("*.csv")), *sorted((ROOT / "config/mappings").glob("*.toml"))]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mapping(name: str) -> dict:
    return tomllib.loads((ROOT / f"config/mappings/{name}.toml").read_text(encoding="utf-8"))


def folded(name: str) -> str:
    bare = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(letters.removeprefix("thu tuc ").split())


FILES = {name: rows(REFERENCE / f"{name}.csv") for name in SHAPES}
SPECIAL = {date.fromisoformat(row["day"]): row["kind"] for row in FILES["calendar"]}


def is_working(day: date) -> bool:
    kind = SPECIAL.get(day)
    return kind == "LAM_BU" or (kind is None and day.isoweekday() <= 5)


def nth_working_day(day: date, amount: int) -> date:
    while amount:
        day += DAY
        amount -= is_working(day)
    return day


def due_on(received: datetime, limit: dict[str, str]) -> date | None:
    """Count by walking the days one by one; None when there is no limit."""
    day = received.date()
    if limit["counting"] == "in_day_15h":
        return nth_working_day(day, 0 if received.time() <= time(15) else 1)
    if limit["unit"] == "none":
        return None
    if limit["unit"] == "working_day":
        return nth_working_day(day, int(limit["amount"]))
    day += int(limit["amount"]) * DAY
    while not is_working(day):
        day += DAY
    return day


def faults(register: list[dict[str, str]], plan: dict) -> list[tuple[str, str]]:
    """Return (fault, dossier number) of every row that no importer may accept."""
    first: dict[str, dict[str, str]] = {}
    found = [(fault_of(row, plan), row["dossierNo"]) for row in register]
    again = [row for row in register if first.setdefault(row["dossierNo"], row) != row]
    found += [("number_met_twice", row["dossierNo"]) for row in again]
    return [(fault, number) for fault, number in found if fault]


def fault_of(row: dict[str, str], plan: dict) -> str:
    code = re.fullmatch(r"(H44(?:\.[0-9]{1,3})*)-([0-9]{6})-[0-9]{4,7}", row["dossierNo"])
    if not code:
        return "number_malformed"
    if code[1] not in {unit["agency_code"] for unit in FILES["units"]}:
        return "agency_unknown"
    if row["dossierStatusName"] not in plan["status"]:
        return "status_unknown"
    return fault_of_dates(row, plan, code[2])


def fault_of_dates(row: dict[str, str], plan: dict, coded_day: str) -> str:
    try:
        received, changed = (moment(row[c], plan) for c in ("acceptedDate", "lastModifiedDate"))
    except ValueError:
        return "date_invalid"
    assert f"{received:%y%m%d}" == coded_day
    return "finished_before_received" if changed < received else ""


def moment(text: str, plan: dict) -> datetime:
    return datetime.strptime(text, plan["time"]["format"])  # noqa: DTZ007 - local, as printed


@pytest.mark.parametrize(("name", "path"), [("igate", EXAMPLE), ("receipt", SHARED_LOG)])
def test_a_mapping_names_every_column_of_its_file_once(name, path):
    if not path.exists():
        pytest.skip(f"the shared log {path.name} is not beside the repository")
    plan = mapping(name)
    used = {plan["key"], *plan["columns"].values()}
    assert used.isdisjoint(plan["ignored"]["columns"])
    with path.open(encoding=plan["encoding"], newline="") as file:
        reader = csv.DictReader(file, delimiter=plan["delimiter"])
        assert set(reader.fieldnames or ()) == used | set(plan["ignored"]["columns"])
        values = {row[plan["columns"]["channel"]] for row in reader} if plan["channel"] else set()
    assert values == set(plan["channel"])


def test_mappings_give_national_numbers_and_name_their_source():
    igate, receipt = mapping("igate"), mapping("receipt")
    assert set(igate["status"].values()) == set(range(1, 11))
    assert set(receipt["channel"].values()) == {1, 2, 3}
    assert (igate["name"], receipt["name"]) == ("igate", "receipt")
    assert all(plan["origin"] and plan["title"] for plan in (igate, receipt))


def test_the_example_register_has_six_faults_each_of_another_kind():
    register = rows(EXAMPLE)
    found = faults(register, mapping("igate"))
    assert len(register) == 60
    assert sorted(fault for fault, _ in found) == [
        "agency_unknown",
        "date_invalid",
        "finished_before_received",
        "number_malformed",
        "number_met_twice",
        "status_unknown",
    ]


def test_the_example_speaks_of_former_tan_lac_and_promises_what_the_catalogue_says():
    plan = mapping("igate")
    wrong = {number for _, number in faults(rows(EXAMPLE), plan)}
    good = [row for row in rows(EXAMPLE) if row["dossierNo"] not in wrong]
    assert len(good) == 53  # 60 without six faulty rows and the first row of the number met twice
    assert {row["dossierNo"][:7] for row in good} == {f"H44.24{n}" for n in range(5)}
    assert sum(not row["appointmentDate"] for row in good) == 1
    codes = {folded(row["name"]): row["code"] for row in FILES["procedures"]}
    direct = {r["procedure_code"]: r for r in FILES["time_limits"] if r["channel"] == "1"}
    for row in good:
        due = due_on(moment(row["acceptedDate"], plan), direct[codes[folded(row["procedureName"])]])
        assert row["appointmentDate"] == (f"{due:%d/%m/%Y} 17:00" if due else "")
