"""Evidence packs: the figures of a place and period with everything needed to count again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.resources import files as files_in
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.audit_entries import AuditAction
from tthc.domain.evidence import HEAD, FullOnline, canonical_list, fingerprint, line_of
from tthc.domain.metrics import DEFINITIONS, Definition, Tally, figures_of, pool
from tthc.domain.moment import local
from tthc.domain.numbers import NUMBERS
from tthc.domain.pack import MANIFEST, as_json, seal
from tthc.services.audit import Entry, write_entry
from tthc.services.evidence import Gathered

DOSSIERS, LEVELS, FIGURES = "dossiers.csv", "full_online.csv", "figures.json"
UNASSIGNED, TOTAL = "", "total"
"""How a pack names the dossiers of no unit, and all of them together."""

README, VERIFIER = ENCLOSED = "README.txt", "verify_pack.py"
RULES = ("metrics.py", "standing.py", "evidence.py", "numbers.py")
"""The modules whose text decides every number."""

Part = tuple[str, str | None, Tally]
"""The counts of one unit, under its code and name."""


def pack_evidence(gathered: Gathered) -> dict[str, bytes]:
    """Return the files of the evidence pack of what was gathered, manifest included.

    The same dossiers, moment and rules give the same bytes.
    """
    parts, lists = list(_parts(gathered)), _lists(gathered)
    files = {
        "definitions.json": as_json([_definition(d) for d in DEFINITIONS]),
        DOSSIERS: canonical_list(row for row, _ in gathered.rows),
        "figures.csv": _table(parts, lists),
        FIGURES: _sheet(parts),
        LEVELS: _levels(gathered.offered),
        **{name: enclosed(name) for name in ENCLOSED},
        **{list_path(number): content for number, content in lists.items()},
    }
    return seal(files, _about(gathered))


def hand_out(session: Session, gathered: Gathered, by: str, *, now: datetime) -> dict[str, bytes]:
    """Return the files of a pack that leaves the system, and write down that it does."""
    files = pack_evidence(gathered)
    facts = {"sha256": seal_of(files), "dossiers": len(gathered.rows)}
    packed = Entry(AuditAction.EVIDENCE_PACKED, by, "pack", gathered.unit_code, facts)
    write_entry(session, packed, now=now)
    return files


def seal_of(files: Mapping[str, bytes]) -> str:
    """Return the fingerprint of a pack: that of its manifest."""
    return fingerprint(files[MANIFEST])


def list_path(number: str) -> str:
    """Return under which name the list of a number lies in a pack."""
    return f"lists/{number.replace('/', '-')}.csv"


@cache
def enclosed(name: str) -> bytes:
    """Return what every pack carries: the program that checks it, and how to read it."""
    return (files_in("tthc.enclosed") / name).read_bytes()


@cache
def rules_sha256() -> str:
    """Return the fingerprint of the code that decides every number."""
    return fingerprint(b"".join((files_in("tthc.domain") / name).read_bytes() for name in RULES))


def _about(gathered: Gathered) -> dict[str, Any]:
    period = gathered.period
    return {
        "unit_code": gathered.unit_code,
        "units": {code: gathered.names[code] for code in _codes(gathered)},
        "since": local(period.since).isoformat(),
        "until": local(period.until).isoformat(),
        "at": local(period.at).isoformat(),
        "as_of": local(gathered.as_of).isoformat(),
        "calendar_revision": gathered.calendar_revision,
        "event_head": gathered.event_head,
        "dossiers": len(gathered.rows),
        "rules_sha256": rules_sha256(),
    }


def _codes(gathered: Gathered) -> list[str]:
    """Return the unit asked for, and each that a dossier belongs to."""
    asked = {gathered.unit_code} if gathered.unit_code else set()
    return sorted(asked | {row.resolving_unit for row, _ in gathered.rows if row.resolving_unit})


def _parts(gathered: Gathered) -> Iterator[Part]:
    """Give the counts of each unit, then of the dossiers without one, and the total last."""
    by_unit: dict[str, list[Tally]] = {code: [] for code in _codes(gathered)}
    for row, tally in gathered.rows:
        by_unit.setdefault(row.resolving_unit or UNASSIGNED, []).append(tally)
    tallies = {code: pool(tallies) for code, tallies in by_unit.items()}
    for code, tally in tallies.items():
        yield code, gathered.names.get(code), tally
    yield TOTAL, None, pool(tallies.values())


def _lists(gathered: Gathered) -> dict[str, bytes]:
    """Return the list behind each number; a dossier is spelt once and stands in many."""
    lines = [(line_of(row), tally) for row, tally in gathered.rows]
    return {
        name: "".join([HEAD, *(line for line, tally in lines if number.of(tally))]).encode()
        for name, number in NUMBERS.items()
    }


def _sheet(parts: Sequence[Part]) -> bytes:
    rows = [
        {"unit_code": code, "name": name, "counts": asdict(tally), "figures": _figures(tally)}
        for code, name, tally in parts
    ]
    return as_json({"units": rows[:-1], "total": rows[-1]})


def _figures(tally: Tally) -> list[dict[str, Any]]:
    halves = ("numerator", "denominator", "value")
    return [
        {"name": definition.name, **{half: getattr(figure, half) for half in halves}}
        for definition, figure in zip(DEFINITIONS, figures_of(tally), strict=True)
    ]


def _definition(definition: Definition) -> dict[str, Any]:
    names = ("id", "name", "title", "text", "compared")
    return {name: getattr(definition, name) for name in names}


def _table(parts: Sequence[Part], lists: Mapping[str, bytes]) -> bytes:
    """Return every number and rate as a line for spreadsheets, the totals with their lists."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("unit_code", "unit_name", "number", "title", "value", "list", "list_sha256"))
    sums = {number: (list_path(number), fingerprint(lists[number])) for number in lists}
    titles = {definition.name: definition.title for definition in DEFINITIONS}
    for code, name, tally in parts:
        for number in NUMBERS.values():
            proof = sums[number.name] if code == TOTAL else ()
            writer.writerow((code, name, number.name, "", number.of(tally), *proof))
        for figure in _figures(tally):
            rate = figure["name"]
            writer.writerow((code, name, rate, titles[rate], figure["value"]))
    return text.getvalue().encode("utf-8-sig")


def _levels(offered: FullOnline) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("procedure_code", "valid_from", "valid_to"))
    for code in sorted(offered):
        writer.writerows((code, *days) for days in offered[code])
    return text.getvalue().encode()
