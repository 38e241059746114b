"""The mappings and the example register, read as they are shipped."""

from __future__ import annotations

import csv
import re
from datetime import datetime

import pytest

from tests.reference.files import EXAMPLE, FILES, SHARED_LOG, due_on, folded, mapping, rows


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
