"""The indicators as JSON text, without a schema's walk over a quarter of a million values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from tthc.domain.metrics import DEFINITIONS, HELD_COUNTS, OWN_COUNTS, counts_of, rate
from tthc.domain.moment import local
from tthc.services.metrics import MetricsSheet, UnitMetrics

as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _object(members: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in members) + "}"


def _blanks(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((name, "%d") for name in names)


def _figure(definition: str, compared: str | None) -> str:
    said = [("definition", as_json(definition)), ("compared", as_json(compared))]
    return _object([*said, ("numerator", "%d"), ("denominator", "%d"), ("value", "%s")])


_HELD = _object(_blanks(HELD_COUNTS))
_COUNTS = _object([*_blanks(OWN_COUNTS), ("by_day", _HELD), ("by_instant", _HELD)])
_FIGURES = ",".join(_figure(d.id, d.compared) for d in DEFINITIONS)
_UNIT = _object(
    [("unit_code", "%s"), ("name", "%s"), ("counts", _COUNTS), ("figures", f"[{_FIGURES}]")]
)
"""One unit with blanks for its values: what stands between them is the same for all."""


def sheet_as_json(sheet: MetricsSheet) -> str:
    """Return what ``MetricsSheetSchema`` dumps of a sheet; a test holds the two together."""
    period, unassigned = sheet.period, sheet.unassigned
    return _object(
        [
            ("since", as_json(local(period.since).isoformat())),
            ("until", as_json(local(period.until).isoformat())),
            ("at", as_json(local(period.at).isoformat())),
            ("as_of", as_json(local(sheet.as_of).isoformat())),
            ("calendar_revision", as_json(sheet.calendar_revision)),
            ("event_head", as_json(sheet.event_head)),
            ("units", f"[{','.join(map(_unit, sheet.rows))}]"),
            ("unassigned", "null" if unassigned is None else _unit(unassigned)),
            ("total", _unit(sheet.total)),
        ]
    )


def _unit(row: UnitMetrics) -> str:
    code, name = (row.unit.code, row.unit.name) if row.unit else (None, None)
    tally = row.tally
    told: list[object] = [as_json(code), as_json(name), *counts_of(tally)]
    for definition in DEFINITIONS:
        above, below = definition.numerator(tally), definition.denominator(tally)
        told += (above, below, _value(above, below))
    return _UNIT % tuple(told)


@lru_cache(maxsize=4096)
def _value(above: int, below: int) -> str:
    """Write a rate; small communes share few fractions, and a float is slow to write."""
    value = rate(above, below)
    return "null" if value is None else repr(value)
