"""The files as plain rows, and a walk through their calendar that shares no code with ours."""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from datetime import date, datetime, time, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "config/reference"
EXAMPLE = ROOT / "config/examples/register_igate.csv"
SHARED_LOG = ROOT.parent / "shared/data/receipt.csv"
DAY = timedelta(days=1)
SHAPES = {  # columns of each file; a row is known by the starred ones
    "units": "code* level parent_code agency_code name area_class valid_from* valid_to source",
    "procedures": "code* name field performed_by valid_from* valid_to yields_result legal_basis "
    "source note",
    "time_limits": "procedure_code* version_from* case_code* case_name channel* area_class* unit "
    "amount counting stop_mode confirmed note source",
    "calendar": "day* kind scope* name legal_basis provisional source",
    "hours": "unit_code* weekday* opens* closes kind valid_from* valid_to source",
    "ladder": "rung* scope* kind amount audience urgent source note",
    "stages": "procedure_code* version_from* case_code* number* name unit_code agency unit amount "
    "confirmed source",
    "par_index": "province* year* code* name maximum figure bands legal_basis confirmed source",
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
