"""Stages of procedures from the reference files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.catalogue import CaseUnknownError
from tthc.domain.limits import LimitUnit, StopMode, TimeLimit
from tthc.domain.stage_rules import StageRule, check_stages
from tthc.domain.text import stored_form
from tthc.services.reference import UnitUnknownError
from tthc.services.reference_rows import Versions, upsert
from tthc.storage.queries.reference import map_by_key
from tthc.storage.tables.reference import TimeLimitRow, Unit
from tthc.storage.tables.stages import ProcedureStage

Rows = Sequence[Mapping[str, str]]
Case = tuple[int, str]
"""A procedure version's id and one of its cases."""

KEY = ("version_id", "case_code", "number")


def load_stages(session: Session, rows: Rows) -> int:
    """Make the table what the rows say; return how many rows were new, changed or gone.

    A stage that the file no longer tells goes: dossiers keep those they entered.

    Raises:
        VersionUnknownError, CaseUnknownError, UnitUnknownError: a row names none there is.
        StagesInvalidError: numbers with a gap, or stages that take longer than the case may.
        LimitInvalidError: an amount does not fit its unit.
    """
    versions = Versions(session)
    _check_units(session, rows)
    read = [((versions.of(row).id, row["case_code"]), _rule(row), row) for row in rows]
    _check_cases(session, read)
    told = [_values(case[0], rule, row["source"]) for case, rule, row in read]
    return _drop_untold(session, told) + upsert(session, ProcedureStage, KEY, told)


def _rule(row: Mapping[str, str]) -> StageRule:
    limit = TimeLimit(int(row["amount"] or 0), LimitUnit(row["unit"]), stop_mode=StopMode.SHIFT)
    return StageRule(
        case_code=row["case_code"],
        number=int(row["number"]),
        name=stored_form(row["name"]),
        unit_code=row["unit_code"] or None,
        agency=stored_form(row["agency"]),
        limit=limit,
        is_confirmed=row["confirmed"] == "true",
    )


def _values(version_id: int, rule: StageRule, source: str) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "case_code": rule.case_code,
        "number": rule.number,
        "name": rule.name,
        "unit_code": rule.unit_code,
        "agency": rule.agency,
        "unit": rule.limit.unit,
        "amount": rule.limit.amount,
        "is_confirmed": rule.is_confirmed,
        "source": source,
    }


def _check_units(session: Session, rows: Rows) -> None:
    known = map_by_key(session, Unit, "code")
    for row in rows:
        if row["unit_code"] and (row["unit_code"],) not in known:
            raise UnitUnknownError(
                f"Bước của thủ tục {row['procedure_code']} thuộc đơn vị không có:"
                f" {row['unit_code']}.",
                f"a stage of procedure {row['procedure_code']} names no unit: {row['unit_code']}",
                field="unit_code",
            )


def _check_cases(
    session: Session, read: Sequence[tuple[Case, StageRule, Mapping[str, str]]]
) -> None:
    limits: dict[Case, list[TimeLimit]] = {}
    for row in map_by_key(session, TimeLimitRow, "id").values():
        limit = TimeLimit(row.amount, row.unit, row.counting, row.stop_mode)
        limits.setdefault((row.version_id, row.case_code), []).append(limit)
    for case, _, row in read:
        if case not in limits:
            raise CaseUnknownError(
                f"Bước thuộc trường hợp không có: {_named(row)}.",
                f"a stage belongs to no case: {_named(row)}",
                field="case_code",
            )
    for case, group in groupby(sorted(read, key=lambda r: r[0]), key=lambda r: r[0]):
        of_case = list(group)
        check_stages(_named(of_case[0][2]), [rule for _, rule, _ in of_case], limits[case])


def _named(row: Mapping[str, str]) -> str:
    return f"{row['procedure_code']} {row['case_code']}"


def _drop_untold(session: Session, told: Sequence[Mapping[str, Any]]) -> int:
    kept = {tuple(value[name] for name in KEY) for value in told}
    gone = [
        row for key, row in map_by_key(session, ProcedureStage, *KEY).items() if key not in kept
    ]
    for row in gone:
        session.delete(row)
    return len(gone)
