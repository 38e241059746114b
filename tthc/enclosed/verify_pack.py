"""Check an evidence pack with nothing but Python: ``python3 verify_pack.py FILE.zip``.

Works every figure out again from the instants of each dossier, by the definitions and not by
the program that packed it. Ends with 0, or with 1 and a line for each thing that does not hold.
"""

import csv
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

VIET_NAM, TICK, MOST_BYTES = timezone(timedelta(hours=7)), timedelta(microseconds=1), 1 << 30
TABLES = ("dossiers.csv", "full_online.csv", "figures.csv")
FIXED = {"manifest.json", "figures.json", "definitions.json", "README.txt", "verify_pack.py"}
CHANNEL = {"1": "direct", "2": "online", "3": "postal", "": "channel_missing"}
DONE = {"finished_early", "finished_on_time", "finished_late"}
WITH_DUE = DONE | {"closed_in_time", "closed_late", "pending_in_time", "pending_late"}
SOUND = {f"sound_{group}_in_time" for group in ("finished", "closed", "pending")}
TIMELY: dict[str, tuple[set[str], set[str], set[str]]] = {  # above, but not if; below
    "on_time_finished/1": ({"finished_early", "finished_on_time"}, set(), DONE),
    "on_time_original/1": (DONE, {"finished_late_to_original"}, DONE),
    "on_time_qd766/1": (SOUND, set(), WITH_DUE),
}
ONLINE = {
    "online_share/1": ("received_online", "received"),
    "full_online/1": ("received_eligible_online", "received_eligible"),
    "full_online_self/1": ("received_eligible_self", "received_eligible"),
}
RATES = [*ONLINE, *(f"{rate}.{way}" for rate in TIMELY for way in ("day", "instant"))]


def instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(VIET_NAM) if text else None


def numbers_of(row: Any, since: datetime, at: datetime, offered: list[Any]) -> set[str]:
    """Return the names of all numbers that one dossier is behind."""
    received, ended = instant(row["received_at"]), instant(row["ended_at"])
    if received is None or received >= at or (ended and not since <= ended < at):
        raise ValueError(f"{row['code']} does not belong to the period")
    group = "finished" if row["finished_at"] else "closed" if ended else "pending"
    found = {group, *(arrival(row, offered) if received >= since else ["carried_over"])}
    stopped, due = instant(row["stopped_at"]), instant(row["due_at"])
    found |= {"pending_stopped"} if group == "pending" and stopped else set()
    found |= set() if due else {f"{group}_without_due"}
    is_early, judged = bool(ended and due and ended.date() < due.date()), stopped or ended or at
    for way, limit, ticks in (("day", "overdue_at", 1), ("instant", "due_at", 0)):
        limits = instant(row[limit]), instant(row[f"original_{limit}"])
        is_late, is_later = (bool(end and judged > end - ticks * TICK) for end in limits)
        has = set(held(group, is_early, is_late, row["supplements"])) if due else set()
        has |= {"finished_late_to_original"} if group == "finished" and is_later else set()
        found |= {f"by_{way}.{name}" for name in has}
        for rate, (above, unless, below) in TIMELY.items():
            found |= {f"{rate}.{way}.numerator"} if has & above and not has & unless else set()
            found |= {f"{rate}.{way}.denominator"} if has & below else set()
    for rate, halves in ONLINE.items():
        both = zip(("numerator", "denominator"), halves, strict=True)
        found |= {f"{rate}.{half}" for half, name in both if name in found}
    return found


def arrival(row: Any, offered: list[Any]) -> Iterator[str]:
    channel, day = CHANNEL[row["channel"]], str(instant(row["received_at"]))[:10]
    yield from ("received", f"received_{channel}")
    levels = [o for o in offered if o["procedure_code"] == row["procedure_code"]]
    if any(o["valid_from"] <= day < (o["valid_to"] or "9999") for o in levels):
        is_self = row["submitted_by"] in {"citizen", "authorised"}
        yield "received_eligible"
        yield from ["received_eligible_online"] * (channel == "online")
        yield from ["received_eligible_self"] * (channel == "online" and is_self)


def held(group: str, is_early: bool, is_late: bool, supplements: str) -> Iterator[str]:
    in_time = ("finished_early" if is_early else "finished_on_time") if group == "finished" else ""
    yield f"{group}_late" if is_late else in_time or f"{group}_in_time"
    yield from [f"sound_{group}_in_time"] * (not is_late and int(supplements) <= 1)


def told_by(unit: Any) -> dict[str, Any]:
    told = {k: v for k, v in unit["counts"].items() if not k.startswith("by_")}
    for way in ("by_day", "by_instant"):
        told |= {f"{way}.{k}": v for k, v in unit["counts"][way].items()}
    for f in unit["figures"]:
        halves = {f"{f['name']}.{half}": f[half] for half in ("numerator", "denominator")}
        told |= halves | {f["name"]: f["value"]}
    return told


def check(files: dict[str, bytes], names: list[str]) -> Iterator[str]:
    """Yield a line for each thing in the pack that does not hold."""
    manifest, sheet = (json.loads(files[name]) for name in ("manifest.json", "figures.json"))
    listed = [name for name in told_by(sheet["total"]) if name not in RATES]
    lists = {f"lists/{name.replace('/', '-')}.csv": name for name in listed}
    wanted = sorted({*FIXED, *TABLES, *lists})
    yield from [f"files: {sorted({*names} ^ {*wanted})}"] * (sorted(names) != wanted)
    sums = {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "manifest.json"}
    changed = {name for name, _ in {*sums.items()} ^ {*manifest["files"].items()}}
    yield from (f"manifest.json: {name} has another content" for name in sorted(changed))
    since, at = (datetime.fromisoformat(manifest[name]) for name in ("since", "at"))
    texts = [io.StringIO(files[name].decode("utf-8-sig")) for name in TABLES]
    rows, offered, table = (list(csv.DictReader(text)) for text in texts)
    numbers = [numbers_of(row, since, at, offered) for row in rows]
    yield from check_numbers(sheet, rows, numbers, table)
    head, *lines = files["dossiers.csv"].decode().splitlines(keepends=True)
    if sorted({line.split(",")[0] for line in lines}) != [row["code"] for row in rows]:
        yield "dossiers.csv: not one line for each dossier, by code"
    for path, name in lists.items():
        of = [line for line, found in zip(lines, numbers, strict=True) if name in found]
        if files.get(path) != "".join([head, *of]).encode():
            yield f"{path}: not the dossiers behind {name}"


def check_numbers(sheet: Any, rows: Any, numbers: list[set[str]], table: Any) -> Iterator[str]:
    counts: dict[str, Any] = defaultdict(Counter)
    for row, found in zip(rows, numbers, strict=True):
        counts[row["resolving_unit"]].update(found)
        counts["total"].update(found)
    units = {unit["unit_code"]: told_by(unit) for unit in (*sheet["units"], sheet["total"])}
    for unit in sorted(units.keys() | counts.keys()):
        told, counted = units.get(unit, {}), counts[unit]
        for rate in RATES:
            above, below = (counted[f"{rate}.{half}"] for half in ("numerator", "denominator"))
            counted[rate] = above / below if below else None
        for name in sorted(told.keys() | counted.keys()):
            if told.get(name) != counted[name]:
                yield f"{unit} {name}: {told.get(name)} told, {counted[name]} counted"
    spelt = [(unit, name, value) for unit, told in units.items() for name, value in told.items()]
    read = [(line["unit_code"], line["number"], line["value"]) for line in table]
    if sorted(read) != sorted((u, n, "" if v is None else str(v)) for u, n, v in spelt):
        yield "figures.csv: differs from figures.json"


if __name__ == "__main__":
    try:
        with zipfile.ZipFile(sys.argv[1]) as pack:
            is_small = sum(info.file_size for info in pack.infolist()) <= MOST_BYTES
            contents = {name: pack.read(name) for name in pack.namelist()} if is_small else {}
            problems = list(check(contents, pack.namelist()))
    except (ArithmeticError, LookupError, TypeError, ValueError, OSError, zipfile.BadZipFile) as e:
        problems = [f"the pack cannot be read: {e!r}"]
    print("\n".join(problems or ["OK"]))
    sys.exit(bool(problems))
