"""`metrics`: the indicators of communes over a period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option, table
from tthc.cli.sessions import open_sessions
from tthc.domain.metrics import Compared, Period
from tthc.domain.moment import start_of_day
from tthc.domain.scope import EVERYTHING
from tthc.services.metrics import (
    MetricsSheet,
    UnitMetrics,
    make_period,
    measure_communes,
    measure_unit,
)


@click.command()
@click.option("--commune", metavar="CODE", help="One unit; a province pools its communes.")
@click.option("--since", type=DAY, required=True, help="First day of the period.")
@click.option("--until", type=DAY, required=True, help="The day after its last day.")
@click.option("--as-of", type=DAY, help="As it stood at the beginning of this day; default now.")
@json_option
@click.pass_obj
def metrics(  # noqa: PLR0917 - one parameter for each option of the command
    obj: CommandContext,
    commune: str | None,
    since: date,
    until: date,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Count the dossiers of a period by commune, each figure with its proof."""
    moment = start_of_day(as_of) if as_of else obj.clock()
    period = make_period(since, until, moment)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        sheet = _measure(session, commune, period, as_of=moment)
    answer(sheet_as_data(sheet), _lines(sheet), as_json=as_json)


def _measure(
    session: Session, commune: str | None, period: Period, *, as_of: datetime
) -> MetricsSheet:
    if commune is None:
        return measure_communes(session, period, EVERYTHING, as_of=as_of)
    return measure_unit(session, commune, period, EVERYTHING, as_of=as_of)


def sheet_as_data(sheet: MetricsSheet) -> dict[str, Any]:
    """Return the sheet as JSON values; units without a dossier are left out."""
    return {
        "since": sheet.period.since,
        "until": sheet.period.until,
        "at": sheet.period.at,
        "as_of": sheet.as_of,
        "calendar_revision": sheet.calendar_revision,
        "event_head": sheet.event_head,
        "units": [_row(row) for row in sheet.rows if row.tally.total],
        "unassigned": _row(sheet.unassigned) if sheet.unassigned else None,
        "total": _row(sheet.total),
    }


def _row(row: UnitMetrics) -> dict[str, Any]:
    unit = row.unit
    return {
        "unit_code": unit.code if unit else None,
        "name": unit.name if unit else None,
        "counts": row.tally,
        "figures": row.figures,
    }


def _lines(sheet: MetricsSheet) -> Iterator[str]:
    head = ["Đơn vị", "tiếp nhận", "kỳ trước", "đã có kết quả", "rút, dừng", "đang xử lý"]
    head += ["đúng hạn", "QĐ 766", "trực tuyến", "toàn trình"]
    rows = [_cells(row, row.unit.name if row.unit else "") for row in sheet.rows if row.tally.total]
    if sheet.unassigned and sheet.unassigned.tally.total:
        rows.append(_cells(sheet.unassigned, "(chưa phân đơn vị)"))
    rows.append(_cells(sheet.total, "Tổng"))
    yield from table(head, rows)


def _cells(row: UnitMetrics, name: str) -> list[str]:
    tally = row.tally
    counts = (tally.received, tally.carried_over, tally.finished, tally.closed, tally.pending)
    shown = {f.definition: f.value for f in row.figures if f.compared is not Compared.INSTANT}
    rates = ("on_time_finished/1", "on_time_qd766/1", "online_share/1", "full_online/1")
    return [name, *map(str, counts), *(_percent(shown[rate]) for rate in rates)]


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.2%}"
