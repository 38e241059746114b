"""Reports that count: a line for each field, unit, procedure or channel, and their total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.dimensions import Dimension
from tthc.domain.evidence import Evidence
from tthc.domain.layouts import Layout
from tthc.domain.metrics import Period, Tally, pool
from tthc.domain.reference import UnitLevel
from tthc.domain.sheets import Cell, Line, line_of
from tthc.domain.text import search_form
from tthc.services.reference import Reference
from tthc.services.series import Part, parts_of
from tthc.storage.queries.series import Parts, tally_series

UNKNOWN = {
    Dimension.FIELD: "Chưa xác định lĩnh vực",
    Dimension.PROCEDURE: "Chưa xác định thủ tục",
    Dimension.UNIT: "Chưa phân đơn vị",
    Dimension.RECEIVING_UNIT: "Chưa rõ đơn vị tiếp nhận",
    Dimension.CHANNEL: "Chưa rõ hình thức nộp",
}
"""How a report names the dossiers of which the thing is not known."""

_KEYS: Mapping[Dimension, Callable[[Evidence], Any]] = {
    Dimension.FIELD: lambda row: row.procedure_code,
    Dimension.PROCEDURE: lambda row: row.procedure_code,
    Dimension.UNIT: lambda row: row.resolving_unit,
    Dimension.RECEIVING_UNIT: lambda row: row.receiving_unit,
    Dimension.CHANNEL: lambda row: str(row.channel.value) if row.channel else None,
}

Units = Collection[str | None] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted by a dimension, and the newest event it was counted from."""

    dimension: Dimension
    counted: Parts
    event_head: int


def count_parts(session: Session, period: Period, units: Units, dimension: Dimension) -> Counts:
    """Count the dossiers of a period by what they differ in: one statement."""
    (counted,), head = tally_series(session, [period], units, dimension)
    return Counts(dimension, counted, head)


def count_rows(
    rows: Iterable[tuple[Evidence, Tally]], dimension: Dimension, event_head: int
) -> Counts:
    """Count dossiers of an evidence pack the same way."""
    found: dict[str | None, list[Tally]] = defaultdict(list)
    for row, tally in rows:
        found[_KEYS[dimension](row)].append(tally)
    counted = {key: pool(tallies) for key, tallies in found.items()}
    return Counts(dimension, counted, event_head)


def lines_of(
    layout: Layout, counts: Counts, units: Units, reference: Reference
) -> tuple[list[Line], tuple[Line, Tally]]:
    """Return the line of each part, and that of the total with its counts.

    Communes of ``units`` without a dossier have a line, and so has what is of no known field, so
    that nothing is missing from the sum unseen.
    """
    dimension = counts.dimension
    parts = parts_of(counts.counted, dimension, reference)
    parts = sorted([*parts, *_idle(parts, dimension, units, reference)], key=_place)
    lines = []
    for position, part in enumerate(parts, start=1):
        told: dict[str, Cell] = {"position": position, "code": part.key}
        told["name"] = part.name or part.key or UNKNOWN[dimension]
        lines.append(line_of(layout, told, part.tally))
    total = pool(part.tally for part in parts)
    return lines, (line_of(layout, {"name": layout.total}, total), total)


def _idle(
    parts: Collection[Part], dimension: Dimension, units: Units, reference: Reference
) -> list[Part]:
    there = {part.key for part in parts}
    wanted: list[tuple[str | None, str | None]] = []
    if dimension is Dimension.UNIT:
        wanted += [
            (unit.code, unit.name)
            for unit in reference.units.values()
            if unit.level is UnitLevel.COMMUNE and (units is None or unit.code in units)
        ]
    is_everything = units is None or None in units
    if dimension is Dimension.FIELD or (dimension is Dimension.UNIT and is_everything):
        wanted.append((None, None))
    return [Part(key, name, Tally()) for key, name in wanted if key not in there]


def _place(part: Part) -> tuple[bool, str, str]:
    """Order by name as it is looked up where the name is the key, else by key; unknown last."""
    key = part.key or ""
    return part.key is None, search_form(key), key
