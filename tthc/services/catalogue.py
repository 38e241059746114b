"""Looking things up in the reference data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from tthc.domain.catalogue import ProcedureEntry, Version
from tthc.domain.errors import NotFoundError
from tthc.domain.reference import ServiceLevel, UnitLevel
from tthc.domain.text import search_form
from tthc.services.reference import UnitEntry, load_reference
from tthc.storage.queries import reference as queries

Entry = TypeVar("Entry", UnitEntry, ProcedureEntry)


def list_communes(session: Session, text: str | None) -> list[UnitEntry]:
    """Return the communes whose name or code holds ``text``, by code."""
    units = load_reference(session).units.values()
    return _matching([u for u in units if u.level is UnitLevel.COMMUNE], text)


def list_agencies(session: Session, text: str | None) -> list[UnitEntry]:
    """Return the units with an agency code whose name or code holds ``text``, by code."""
    units = load_reference(session).units.values()
    return _matching([u for u in units if u.agency_code is not None], text)


def list_procedures(session: Session, text: str | None) -> list[ProcedureEntry]:
    """Return the procedures whose name or code holds ``text``, by code."""
    return _matching(list(load_reference(session).procedures.values()), text)


def find_unit(session: Session, code: str) -> UnitEntry:
    """Return a commune, or raise NotFoundError."""
    found = load_reference(session).units.get(code)
    if found is None or found.level is not UnitLevel.COMMUNE:
        raise NotFoundError("Không tìm thấy đơn vị.", "there is no such unit")
    return found


def find_procedure(session: Session, code: str) -> ProcedureEntry:
    """Return a procedure, or raise NotFoundError."""
    found = load_reference(session).procedures.get(code)
    if found is None:
        raise NotFoundError("Không tìm thấy thủ tục.", "there is no such procedure")
    return found


def _matching(entries: list[Entry], text: str | None) -> list[Entry]:
    wanted = search_form(text or "")
    found = [e for e in entries if wanted in e.name_search or wanted in e.code.lower()]
    return sorted(found, key=lambda entry: entry.code)


@dataclass(frozen=True, slots=True)
class ProcedureSheet:
    """A procedure as it is on a day; ``version`` is None on a day on which it is not in force.

    ``level`` is how far it can be done online on that day, UNKNOWN where nobody decided it.
    """

    entry: ProcedureEntry
    version: Version | None
    level: ServiceLevel


def show_procedure(session: Session, code: str, day: date) -> ProcedureSheet:
    """Return a procedure with the version and service level of ``day``, or raise NotFoundError."""
    entry = find_procedure(session, code)
    version = next((version for version in entry.versions if version.is_valid_on(day)), None)
    return ProcedureSheet(entry, version, queries.find_service_level(session, code, day))


def list_by_field(session: Session, day: date) -> Mapping[str, Sequence[ProcedureEntry]]:
    """Return the procedures in force on ``day`` by field, both in order of their names."""
    found: dict[str, list[ProcedureEntry]] = {}
    for entry in load_reference(session).procedures.values():
        if any(version.is_valid_on(day) and version.offers for version in entry.versions):
            found.setdefault(entry.field, []).append(entry)
    return {
        field: sorted(found[field], key=lambda entry: entry.name_search)
        for field in sorted(found, key=search_form)
    }
