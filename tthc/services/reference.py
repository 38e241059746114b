"""Reference data as one value that a process keeps until its stamp changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from tthc.domain.calendar import Shift, SpecialDay, WorkingCalendar
from tthc.domain.catalogue import OfferedLimit, ProcedureEntry, ProcedureUnknownError, Version
from tthc.domain.deadlines import TimeLimit
from tthc.domain.errors import NotReadyError, RuleError
from tthc.domain.overdue import Rung
from tthc.domain.reference import UnitLevel
from tthc.storage.queries import reference as queries
from tthc.storage.tables.reference import DeskHours, TimeLimitRow


class UnitUnknownError(RuleError):
    """No such unit."""

    code = "unit_unknown"


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit of government. ``agency_code`` is None where it is not known yet."""

    code: str
    level: UnitLevel
    parent_code: str | None
    agency_code: str | None
    name: str
    name_search: str


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Everything of the reference data that use cases look up, at one stamp."""

    stamp: UUID
    calendar: WorkingCalendar
    units: Mapping[str, UnitEntry]
    procedures: Mapping[str, ProcedureEntry]
    limits: Mapping[int, TimeLimit]
    ladder: Sequence[Rung]
    own_calendars: Mapping[str, WorkingCalendar]

    def calendar_of(self, unit_code: str | None) -> WorkingCalendar:
        """Return the calendar with the unit's own reception hours, or the default one."""
        return self.own_calendars.get(unit_code or "", self.calendar)

    def unit(self, code: str, *, field: str = "unit_code") -> UnitEntry:
        """Return a unit, or raise UnitUnknownError naming ``field``."""
        try:
            return self.units[code]
        except KeyError:
            raise UnitUnknownError(
                f"Không có đơn vị mã {code}.", f"there is no unit {code}", field=field
            ) from None

    def procedure(self, code: str) -> ProcedureEntry:
        """Return a procedure, or raise ProcedureUnknownError."""
        try:
            return self.procedures[code]
        except KeyError:
            raise ProcedureUnknownError(
                f"Không có thủ tục mã {code} trong danh mục.",
                f"there is no procedure {code} in the catalogue",
                field="procedure_code",
            ) from None


def load_reference(session: Session) -> Reference:
    """Return the reference data in force: one small statement when nothing changed.

    Raises:
        NotReadyError: no reference data was loaded yet.
    """
    state = queries.find_reference_state(session)
    if state is None:
        raise NotReadyError(
            "Chưa nạp dữ liệu danh mục; hãy chạy “migrate”.",
            "no reference data is loaded; run migrate",
        )
    stamp, calendar_revision = state
    kept = _kept.get(stamp)
    if kept is None:
        kept = _build(session, stamp, calendar_revision)
        _kept.clear()
        _kept[stamp] = kept
    return kept


_kept: dict[UUID, Reference] = {}


def _build(session: Session, stamp: UUID, calendar_revision: int) -> Reference:
    procedures = _build_procedures(session)
    calendars = _build_calendars(session, calendar_revision)
    return Reference(
        stamp=stamp,
        calendar=calendars[None],
        units={
            row.code: UnitEntry(
                row.code, row.level, row.parent_code, row.agency_code, row.name, row.name_search
            )
            for row in queries.list_units(session)
        },
        procedures=procedures,
        limits={
            offer.id: offer.limit
            for entry in procedures.values()
            for version in entry.versions
            for offer in version.offers
        },
        ladder=tuple(
            Rung(row.code, row.working_days, tuple(row.audience.split("|")))
            for row in queries.list_rungs(session)
        ),
        own_calendars={code: value for code, value in calendars.items() if code is not None},
    )


def _build_procedures(session: Session) -> dict[str, ProcedureEntry]:
    versions: dict[str, list[Version]] = {}
    for row in queries.list_procedure_versions(session):
        offers = tuple(_offer(limit) for limit in row.limits)
        version = Version(row.valid_from, row.valid_to, row.legal_basis, row.yields_result, offers)
        versions.setdefault(row.procedure_code, []).append(version)
    return {
        row.code: ProcedureEntry(
            row.code, row.name, row.name_search, row.field, tuple(versions.get(row.code, ()))
        )
        for row in queries.list_procedures(session)
    }


def _offer(row: TimeLimitRow) -> OfferedLimit:
    limit = TimeLimit(row.amount, row.unit, row.counting, row.stop_mode)
    return OfferedLimit(
        row.id, row.case_code, row.case_name, row.channel, limit, row.is_confirmed, row.note
    )


def _build_calendars(session: Session, revision: int) -> dict[str | None, WorkingCalendar]:
    special = {
        row.day: SpecialDay(row.day, row.kind, row.name, row.legal_basis, row.is_provisional)
        for row in queries.list_calendar_days(session)
    }
    if not special:
        raise NotReadyError("Chưa nạp lịch làm việc.", "no working calendar is loaded")
    hours: dict[str | None, dict[int, list[Shift]]] = {}
    for row in queries.list_desk_hours(session):
        hours.setdefault(row.unit_code, {}).setdefault(row.weekday, []).append(_shift(row))
    years = {day.year for day in special}
    return {
        code: WorkingCalendar(revision, min(years), max(years), special, of_code)
        for code, of_code in hours.items()
    }


def _shift(row: DeskHours) -> Shift:
    return _minute(row.opens), _minute(row.closes)


@lru_cache(maxsize=64)
def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
