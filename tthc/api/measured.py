"""The indicators as JSON, without the schema's walk over a quarter of a million values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from tthc.domain.metrics import Figure, Tally, Timeliness
from tthc.domain.moment import local
from tthc.services.metrics import MetricsSheet, UnitMetrics

Reader = Callable[[Any], dict[str, Any]]


def _reader(kind: type[Any], *left_out: str) -> Reader:
    names = tuple(f.name for f in fields(kind) if f.name not in left_out)
    read = attrgetter(*names)
    return lambda value: dict(zip(names, read(value), strict=True))


_counts = _reader(Tally, "by_day", "by_instant")
_held = _reader(Timeliness)
_figure = _reader(Figure)


def sheet_as_json(sheet: MetricsSheet) -> dict[str, Any]:
    """Return what ``MetricsSheetSchema`` dumps of a sheet; a test holds the two together."""
    period = sheet.period
    return {
        "since": local(period.since).isoformat(),
        "until": local(period.until).isoformat(),
        "at": local(period.at).isoformat(),
        "as_of": local(sheet.as_of).isoformat(),
        "calendar_revision": sheet.calendar_revision,
        "event_head": sheet.event_head,
        "units": [_unit(row) for row in sheet.rows],
        "unassigned": None if sheet.unassigned is None else _unit(sheet.unassigned),
        "total": _unit(sheet.total),
    }


def _unit(row: UnitMetrics) -> dict[str, Any]:
    tally = row.tally
    return {
        "unit_code": row.unit.code if row.unit else None,
        "name": row.unit.name if row.unit else None,
        "counts": _counts(tally)
        | {"by_day": _held(tally.by_day), "by_instant": _held(tally.by_instant)},
        "figures": [_figure(figure) for figure in row.figures],
    }
