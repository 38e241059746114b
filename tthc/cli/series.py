"""`series`: the indicators of several periods, told apart by one thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option, table
from tthc.cli.sessions import open_sessions
from tthc.domain.dimensions import Dimension
from tthc.domain.metrics import Compared
from tthc.domain.moment import local, start_of_day
from tthc.domain.periods import Step
from tthc.domain.scope import EVERYTHING
from tthc.services.series import Cut, Part, Point, Series, measure_series


@click.command()
@click.option("--since", type=DAY, required=True, help="First day of the stretch.")
@click.option("--until", type=DAY, required=True, help="The day after its last day.")
@click.option("--as-of", type=DAY, help="As it stood at the beginning of this day; default now.")
@click.option(
    "--step", type=click.Choice([s.value for s in Step]), default="month", show_default=True
)
@click.option(
    "--by", type=click.Choice([d.value for d in Dimension]), default="unit", show_default=True
)
@click.option("--unit", "units", multiple=True, help="One or more; a province pools its communes.")
@json_option
@click.pass_obj
def series(  # noqa: PLR0913 - one parameter for each option of the command
    obj: CommandContext,
    /,
    *,
    since: date,
    until: date,
    as_of: date | None,
    step: str,
    by: str,
    units: tuple[str, ...],
    as_json: bool,
) -> None:
    """Count the periods of a stretch of days by unit, field, procedure, channel or officer."""
    moment = start_of_day(as_of) if as_of else obj.clock()
    wanted = Cut(since, until, Step(step), Dimension(by), units or None)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        found = measure_series(session, wanted, EVERYTHING, as_of=moment)
    answer(_as_data(found), _lines(found), as_json=as_json)


def _as_data(found: Series) -> dict[str, Any]:
    return {
        "since": found.period.since,
        "until": found.period.until,
        "at": found.period.at,
        "as_of": found.as_of,
        "calendar_revision": found.calendar_revision,
        "event_head": found.event_head,
        "step": found.step,
        "by": found.dimension,
        "points": [_point(point) for point in found.points],
    }


def _point(point: Point) -> dict[str, Any]:
    period = point.period
    return {
        "since": period.since,
        "until": period.until,
        "at": period.at,
        "parts": [_part(part) for part in point.parts],
        "total": _part(point.total),
    }


def _part(part: Part) -> dict[str, Any]:
    return {"key": part.key, "name": part.name, "counts": part.tally, "figures": part.figures}


def _lines(found: Series) -> Iterator[str]:
    head = ["Kỳ từ", "theo", "tiếp nhận", "kỳ trước", "đã có kết quả", "rút, dừng", "đang xử lý"]
    head += ["đúng hạn", "QĐ 766"]
    rows = []
    for point in found.points:
        begins = f"{local(point.period.since):%d/%m/%Y}"
        rows += [[begins, part.name or part.key or "—", *_cells(part)] for part in point.parts]
        rows.append([begins, "Tổng", *_cells(point.total)])
    yield from table(head, rows)


def _cells(part: Part) -> list[str]:
    t = part.tally
    shown = {f.definition: f.value for f in part.figures if f.compared is Compared.DAY}
    rates = (shown["on_time_finished/1"], shown["on_time_qd766/1"])
    counts = (t.received, t.carried_over, t.finished, t.closed, t.pending)
    return [*map(str, counts), *("—" if rate is None else f"{rate:.2%}" for rate in rates)]
