"""Loading reference data from rows of text: repeatable, refusing overlaps, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.catalogue import refuse_overlaps
from tthc.domain.dossier import Channel
from tthc.domain.ladder import AlertKind
from tthc.domain.limits import Counting, LimitUnit, StopMode
from tthc.domain.reference import ServiceLevel, UnitLevel
from tthc.domain.text import search_form, stored_form
from tthc.services.calendar_loading import load_calendar_rows
from tthc.services.reference_rows import Versions, upsert
from tthc.services.stage_loading import load_stages
from tthc.storage.queries.calendars import find_calendar_revision
from tthc.storage.queries.reference import map_by_key, renew_stamp
from tthc.storage.tables.reference import (
    LadderRung,
    Procedure,
    ProcedureVersion,
    ServiceLevelRow,
    TimeLimitRow,
    Unit,
)

NAMES = ("units", "procedures", "time_limits", "calendar", "hours", "ladder", "stages")
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ReferenceFiles:
    """The rows of the reference files, by name of the file."""

    rows: Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many rows of each file were new or changed.

    ``held`` are days of the calendar that would move open dossiers: they wait for a campaign.
    """

    changed: Mapping[str, int]
    held: Sequence[date] = ()

    @property
    def is_changed(self) -> bool:
        """Say whether anything was new."""
        return any(self.changed.values())


def load_reference_files(session: Session, files: ReferenceFiles, *, now: datetime) -> LoadReport:
    """Write the rows that are new or differ; processes notice by the stamp.

    Rows that are in the database but no longer in the files stay, but for stages: dossiers
    point at them.

    Raises:
        OverlapError: two rows of one file claim the same days.
        VersionUnknownError, StagesInvalidError: limits or stages belong to nothing, or stages
            do not fit their case.
    """
    rows = files.rows
    _refuse_overlaps(rows)
    changed = {
        "units": upsert(session, Unit, ("code",), map(_unit, rows["units"])),
        "procedures": _load_procedures(session, rows["procedures"]),
        "time_limits": _load_limits(session, rows["time_limits"]),
        "ladder": upsert(session, LadderRung, ("code", "unit_code"), map(_rung, rows["ladder"])),
        "stages": load_stages(session, rows["stages"]),
    }
    calendar = load_calendar_rows(session, rows["calendar"], rows["hours"], now=now)
    changed |= {"calendar": calendar.days, "hours": calendar.hours}
    report = LoadReport(changed, calendar.held)
    if report.is_changed:
        renew_stamp(session, find_calendar_revision(session), now=now)
    return report


@dataclass(frozen=True, slots=True)
class LevelDecision:
    """One procedure's online service level as a province decided it."""

    procedure_code: str
    level: ServiceLevel
    valid_from: date
    legal_basis: str
    source: str


def load_service_levels(
    session: Session, decisions: Iterable[LevelDecision], *, now: datetime
) -> int:
    """Write the levels that are new or differ; return how many.

    A level is in force until the next one of its procedure begins.
    """
    values = [
        {
            "procedure_code": d.procedure_code,
            "level": d.level,
            "valid_from": d.valid_from,
            "legal_basis": d.legal_basis,
            "source": d.source,
        }
        for d in decisions
    ]
    key = ("procedure_code", "valid_from")
    changed = upsert(session, ServiceLevelRow, key, values)
    known = sorted(map_by_key(session, ServiceLevelRow, *key).items())
    for (before, row), (after, following) in pairwise(known):
        row.valid_to = following.valid_from if before[0] == after[0] else None
    if changed:
        renew_stamp(session, find_calendar_revision(session), now=now)
    return changed


def _refuse_overlaps(rows: Mapping[str, Rows]) -> None:
    dated = [("units", "code"), ("procedures", "code")]
    for name, key in dated:
        refuse_overlaps(
            (row[key], _day(row["valid_from"]), _day_or_none(row["valid_to"])) for row in rows[name]
        )
    refuse_overlaps(_one_day(row["day"], row["scope"]) for row in rows["calendar"])
    refuse_overlaps(
        _one_day("2000-01-01", "|".join(row[c] for c in LIMIT_KEY)) for row in rows["time_limits"]
    )


LIMIT_KEY = ("procedure_code", "version_from", "case_code", "channel", "area_class")


def _one_day(day: str, scope: str) -> tuple[str, date, date]:
    start = _day(day)
    return f"{scope} {day}".strip(), start, date.fromordinal(start.toordinal() + 1)


def _unit(row: Mapping[str, str]) -> dict[str, Any]:
    name = stored_form(row["name"])
    return {
        "code": row["code"],
        "level": UnitLevel(row["level"]),
        "parent_code": row["parent_code"] or None,
        "agency_code": row["agency_code"] or None,
        "name": name,
        "name_search": search_form(name),
        "area_class": row["area_class"],
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day_or_none(row["valid_to"]),
        "source": row["source"],
    }


def _load_procedures(session: Session, rows: Rows) -> int:
    changed = upsert(session, Procedure, ("code",), map(_procedure, rows))
    versions = map(_version, rows)
    return changed + upsert(session, ProcedureVersion, ("procedure_code", "valid_from"), versions)


def _procedure(row: Mapping[str, str]) -> dict[str, Any]:
    name = stored_form(row["name"])
    return {
        "code": row["code"],
        "name": name,
        "name_search": search_form(name),
        "field": stored_form(row["field"]),
        "performed_by": row["performed_by"],
    }


def _version(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "procedure_code": row["code"],
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day_or_none(row["valid_to"]),
        "yields_result": row["yields_result"] == "true",
        "legal_basis": row["legal_basis"],
        "source": row["source"],
    }


def _load_limits(session: Session, rows: Rows) -> int:
    versions = Versions(session)
    values = [_limit(row, versions.of(row).id) for row in rows]
    key = ("version_id", "case_code", "channel", "area_class")
    return upsert(session, TimeLimitRow, key, values)


def _limit(row: Mapping[str, str], version_id: int) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "case_code": row["case_code"],
        "case_name": row["case_name"],
        "channel": Channel(int(row["channel"])),
        "area_class": row["area_class"],
        "unit": LimitUnit(row["unit"]),
        "amount": int(row["amount"] or 0),
        "counting": Counting(row["counting"]),
        "stop_mode": StopMode(row["stop_mode"]),
        "is_confirmed": row["confirmed"] == "true",
        "note": row["note"],
        "source": row["source"],
    }


def _rung(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": row["rung"],
        "unit_code": row["scope"] or None,
        "kind": AlertKind(row["kind"]),
        "amount": int(row["amount"]),
        "audience": row["audience"],
        "is_urgent": row["urgent"] == "true",
        "source": row["source"],
    }


_day: Callable[[str], date] = date.fromisoformat


def _day_or_none(text: str) -> date | None:
    return _day(text) if text else None
