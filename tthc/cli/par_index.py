"""`par`: the score by a province's own PAR INDEX criteria."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option, shown, table
from tthc.cli.score import LACKS
from tthc.cli.sessions import open_sessions
from tthc.domain.errors import NotFoundError
from tthc.domain.moment import start_of_day
from tthc.domain.par_index import Criterion, CriterionScore
from tthc.domain.par_reading import read_criteria
from tthc.domain.scope import EVERYTHING
from tthc.services.metrics import make_period
from tthc.services.par_index import FIGURES, ParSheet, measure_par

SHIPPED = Path("config", "reference", "par_index.csv")
SOURCE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("par")
@click.option("--commune", "unit_code", metavar="CODE", required=True, help="Whose score.")
@click.option("--since", type=DAY, required=True, help="First day of the period.")
@click.option("--until", type=DAY, required=True, help="The day after its last day.")
@click.option("--as-of", type=DAY, help="As it stood at the beginning of this day; default now.")
@click.option("--province", default="25", show_default=True, help="Whose set of criteria.")
@click.option("--year", type=int, required=True, help="Of which year.")
@click.option("--file", "source", type=SOURCE, help="Criteria; default the example shipped.")
@json_option
@click.pass_obj
def par_index(  # noqa: PLR0913 - one parameter for each option of the command
    obj: CommandContext,
    /,
    *,
    unit_code: str,
    since: date,
    until: date,
    as_of: date | None,
    province: str,
    year: int,
    source: Path | None,
    as_json: bool,
) -> None:
    """Score a unit by criteria of a file, and tell how many dossiers the next band is away."""
    content = (source or obj.root / SHIPPED).read_bytes()
    criteria = _choose(read_criteria(content, FIGURES), province, year)
    moment = start_of_day(as_of) if as_of else obj.clock()
    period = make_period(since, until, moment)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        sheet = measure_par(session, criteria, unit_code, EVERYTHING, period=period, as_of=moment)
    answer(_as_data(sheet), _lines(sheet), as_json=as_json)


def _choose(criteria: Sequence[Criterion], province: str, year: int) -> list[Criterion]:
    found = [c for c in criteria if (c.province, c.year) == (province, year)]
    if not found:
        raise NotFoundError(
            f"Tệp không có bộ tiêu chí của tỉnh {province} năm {year}.",
            f"the file has no criteria of province {province} for {year}",
        )
    return found


def _as_data(sheet: ParSheet) -> dict[str, Any]:
    score = sheet.score
    return {
        "unit_code": sheet.unit.code,
        "name": sheet.unit.name,
        "since": sheet.period.since,
        "until": sheet.period.until,
        "at": sheet.period.at,
        "as_of": sheet.as_of,
        "event_head": sheet.event_head,
        "is_confirmed": score.is_confirmed,
        "points": score.points,
        "out_of": score.out_of,
        "maximum": score.maximum,
        "criteria": [_criterion(scored) for scored in score.criteria],
    }


def _criterion(scored: CriterionScore) -> dict[str, Any]:
    criterion = scored.criterion
    return {
        "code": criterion.code,
        "name": criterion.name,
        "figure": criterion.figure,
        "legal_basis": criterion.legal_basis,
        "is_confirmed": criterion.is_confirmed,
        "numerator": scored.measure.numerator,
        "denominator": scored.measure.denominator,
        "percent": scored.percent,
        "points": scored.points,
        "maximum": criterion.maximum,
        "lack": scored.lack,
        "more_to_next": scored.more_to_next,
        "fewer_allowed": scored.fewer_allowed,
    }


def _lines(sheet: ParSheet) -> Iterator[str]:
    score = sheet.score
    if not score.is_confirmed:
        yield "Bộ tiêu chí CHƯA được xác nhận · the criteria are not confirmed"
    head = ["Tiêu chí", "tử số", "mẫu số", "%", "điểm", "tối đa", "thêm", "còn được giảm", ""]
    yield from table(head, [_cells(scored) for scored in score.criteria])
    points = shown(score.points)
    yield f"Tổng: {points} trên {score.out_of} điểm tính được (thang {score.maximum})"


def _cells(scored: CriterionScore) -> list[str]:
    criterion, measure = scored.criterion, scored.measure
    counts = (measure.numerator, measure.denominator, scored.percent, scored.points)
    steps = (criterion.maximum, scored.more_to_next, scored.fewer_allowed)
    lack = LACKS[scored.lack] if scored.lack else ""
    return [f"{criterion.code} {criterion.name}", *map(shown, (*counts, *steps)), lack]
