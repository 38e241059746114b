"""Reference data as one value that a process keeps until its stamp changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_layers import CalendarLayers
from tthc.domain.catalogue import (
    ANY_AREA,
    OfferedLimit,
    ProcedureEntry,
    ProcedureUnknownError,
    Version,
    choose_offer,
    cite,
)
from tthc.domain.deadlines import Offices
from tthc.domain.dossier import Channel
from tthc.domain.errors import NotReadyError, RuleError
from tthc.domain.ladder import Ladders
from tthc.domain.ledger import Facts
from tthc.domain.limits import StopMode, TimeLimit
from tthc.domain.reference import UnitLevel
from tthc.domain.stage_rules import StageRule
from tthc.domain.stages import StagePlan, lay_plan
from tthc.services.calendars import load_calendars
from tthc.services.ladders import load_ladders
from tthc.storage.queries import reference as queries
from tthc.storage.queries.stages import list_procedure_stages
from tthc.storage.tables.reference import TimeLimitRow
from tthc.storage.tables.stages import ProcedureStage


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
    area_class: str = ANY_AREA


@dataclass(frozen=True, slots=True)
class Offered:
    """A time limit with the procedure version it belongs to."""

    entry: ProcedureEntry
    version: Version
    offer: OfferedLimit

    @property
    def cited(self) -> Facts:
        """What a due date says of its limit."""
        return cite(self.entry.code, self.version, self.offer)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Everything of the reference data that use cases look up, at one stamp."""

    stamp: UUID
    calendars: CalendarLayers
    units: Mapping[str, UnitEntry]
    procedures: Mapping[str, ProcedureEntry]
    offers: Mapping[int, Offered]
    ladders: Ladders

    @property
    def calendar(self) -> WorkingCalendar:
        """The nation's calendar, for what belongs to no single unit."""
        return self.calendars.nation

    def calendar_of(self, unit_code: str | None) -> WorkingCalendar:
        """Return the calendar that a unit works by: its own days and hours over all others."""
        return self.calendars.of(unit_code)

    def units_apart(self) -> list[str]:
        """Return the units that do not go by the nation's calendar and ladder alone."""
        scopes = {*self.calendars.days, *self.calendars.weeks, *self.ladders.scopes} - {None}
        return [unit.code for unit in self.units.values() if {unit.code, unit.parent_code} & scopes]

    def offices(self, receiving: str | None, resolving: str | None) -> Offices:
        """Return whose calendars hold: the desk's hours, and the working days of who resolves."""
        return Offices(self.calendar_of(receiving), self.calendar_of(resolving or receiving))

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

    def offered(self, code: str, day: date, wanted: tuple[str, Channel, str]) -> Offered:
        """Return what procedure ``code`` offers on ``day`` for a case, channel and area class.

        Raises:
            ProcedureUnknownError, ProcedureNotInForceError, CaseUnknownError,
            ChannelNotOfferedError: there is no such limit.
        """
        entry = self.procedure(code)
        version = entry.version_on(day)
        return Offered(entry, version, choose_offer(version, *wanted))

    def plan(
        self, offered: Offered, receiving: str | None, resolving: str | None
    ) -> StagePlan | None:
        """Return the stages of a dossier under this limit, None where its case has none."""
        rules = offered.version.stages_of(offered.offer.case_code)
        if not rules:
            return None
        return lay_plan(rules, receiving, resolving or receiving, self.calendar_of)


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
    stamp, _ = state
    kept = _kept.get(stamp)
    if kept is None:
        kept = _build(session, stamp)
        _kept.clear()
        _kept[stamp] = kept
    return kept


_kept: dict[UUID, Reference] = {}


def _build(session: Session, stamp: UUID) -> Reference:
    procedures = _build_procedures(session)
    units = _build_units(session)
    return Reference(
        stamp=stamp,
        calendars=load_calendars(session),
        units=units,
        procedures=procedures,
        offers={
            offer.id: Offered(entry, version, offer)
            for entry in procedures.values()
            for version in entry.versions
            for offer in version.offers
        },
        ladders=load_ladders(session, {unit.code: unit.parent_code for unit in units.values()}),
    )


def _build_units(session: Session) -> dict[str, UnitEntry]:
    return {
        row.code: UnitEntry(
            row.code,
            row.level,
            row.parent_code,
            row.agency_code,
            row.name,
            row.name_search,
            row.area_class,
        )
        for row in queries.list_units(session)
    }


def _build_procedures(session: Session) -> dict[str, ProcedureEntry]:
    versions: dict[str, list[Version]] = {}
    stages = _build_stages(session)
    for row in queries.list_procedure_versions(session):
        offers = tuple(_offer(limit) for limit in row.limits)
        rules = tuple(stages.get(row.id, ()))
        published = (row.valid_from, row.valid_to, row.legal_basis, row.yields_result)
        version = Version(*published, offers, rules)
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
        row.id,
        row.case_code,
        row.case_name,
        row.channel,
        limit,
        row.is_confirmed,
        row.note,
        row.area_class,
    )


def _build_stages(session: Session) -> dict[int, list[StageRule]]:
    """Return the stages of each procedure version by its id."""
    stages: dict[int, list[StageRule]] = {}
    for row in list_procedure_stages(session):
        stages.setdefault(row.version_id, []).append(_stage(row))
    return stages


def _stage(row: ProcedureStage) -> StageRule:
    limit = TimeLimit(row.amount, row.unit, stop_mode=StopMode.SHIFT)
    named = (row.case_code, row.number, row.name, row.unit_code, row.agency)
    return StageRule(*named, limit, row.is_confirmed)
