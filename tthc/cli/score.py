"""`score`: the score after Quyết định 766/QĐ-TTg."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option, shown, table
from tthc.cli.sessions import open_sessions
from tthc.domain.moment import start_of_day
from tthc.domain.scope import EVERYTHING
from tthc.domain.score_numbers import evidence_of
from tthc.domain.scoring import GroupScore, Lack, Origin, PartScore
from tthc.services.metrics import make_period
from tthc.services.scores import ScoreSheet, UnitScore, measure_scores

ORIGINS = {Origin.COUNTED: "tự đếm", Origin.REPORTED: "báo cáo"}
LACKS = {
    Lack.NOT_REPORTED: "chưa có số liệu",
    Lack.INCOMPLETE: "còn đơn vị chưa có số liệu",
    Lack.UNTOLD: "hồ sơ không có thông tin",
    Lack.NOT_APPLICABLE: "không phát sinh",
}


@click.command("score")
@click.option("--commune", "unit_code", metavar="CODE", help="One unit; a province pools its own.")
@click.option("--since", type=DAY, required=True, help="First day of the period.")
@click.option("--until", type=DAY, required=True, help="The day after its last day.")
@click.option("--as-of", type=DAY, help="As it stood at the beginning of this day; default now.")
@click.option("--communes", is_flag=True, help="Rank the communes in it too.")
@json_option
@click.pass_obj
def score(  # noqa: PLR0913 - one parameter for each option of the command
    obj: CommandContext,
    /,
    *,
    unit_code: str | None,
    since: date,
    until: date,
    as_of: date | None,
    communes: bool,
    as_json: bool,
) -> None:
    """Score a unit, or all of them: each part with its counts, and out of how many points."""
    moment = start_of_day(as_of) if as_of else obj.clock()
    period = make_period(since, until, moment)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        sheet = measure_scores(
            session, unit_code, period, EVERYTHING, as_of=moment, with_communes=communes
        )
    answer(_as_data(sheet), _lines(sheet), as_json=as_json)


def _as_data(sheet: ScoreSheet) -> dict[str, Any]:
    return {
        "since": sheet.period.since,
        "until": sheet.period.until,
        "at": sheet.period.at,
        "as_of": sheet.as_of,
        "calendar_revision": sheet.calendar_revision,
        "event_head": sheet.event_head,
        **_summary(sheet.total),
        "maximum": sheet.total.score.maximum,
        "groups": [
            {**_group(group), "parts": [_part(part) for part in group.parts]}
            for group in sheet.total.score.groups
        ],
        "communes": None if sheet.rows is None else [_row(row) for row in sheet.rows],
    }


def _summary(row: UnitScore) -> dict[str, Any]:
    unit = row.unit
    return {
        "unit_code": unit.code if unit else None,
        "name": unit.name if unit else None,
        "points": row.score.points,
        "out_of": row.score.out_of,
    }


def _row(row: UnitScore) -> dict[str, Any]:
    return {"rank": row.rank, **_summary(row), "groups": list(map(_group, row.score.groups))}


def _group(scored: GroupScore) -> dict[str, Any]:
    group = scored.group
    points = {"points": scored.points, "out_of": scored.out_of, "maximum": scored.maximum}
    return {"code": group.code, "name": group.name, **points}


def _part(scored: PartScore) -> dict[str, Any]:
    part, measure = scored.part, scored.measure
    return {
        "code": part.code,
        "name": part.name,
        "origin": part.origin,
        "definition": part.definition,
        "numerator": measure.numerator,
        "denominator": measure.denominator,
        "percent": scored.percent,
        "points": scored.points,
        "maximum": part.maximum,
        "evidence": evidence_of(part),
        "lack": scored.lack,
        "untold": measure.untold,
        "missing_units": measure.missing_units,
    }


def _lines(sheet: ScoreSheet) -> Iterator[str]:
    head = ["Chỉ tiêu", "tử số", "mẫu số", "%", "điểm", "tối đa", "nguồn"]
    lines = []
    for group in sheet.total.score.groups:
        lines.append([group.group.name, "", "", "", *_points(group.points, group.maximum), ""])
        lines += [_cells(part) for part in group.parts]
    yield from table(head, lines)
    total = sheet.total.score
    yield f"Tổng: {shown(total.points)} trên {total.out_of} điểm tính được (thang {total.maximum})"
    if sheet.rows is not None:
        cells = [
            [
                row.unit.name if row.unit else "—",
                shown(row.rank),
                shown(row.score.points),
                str(row.score.out_of),
            ]
            for row in sheet.rows
        ]
        yield from table(["Đơn vị", "hạng", "điểm", "tính trên"], cells)


def _cells(scored: PartScore) -> list[str]:
    part, measure = scored.part, scored.measure
    source = LACKS[scored.lack] if scored.lack else ORIGINS[part.origin]
    counts = (measure.numerator, measure.denominator, scored.percent)
    return [f"  {part.name}", *map(shown, counts), *_points(scored.points, part.maximum), source]


def _points(points: Decimal | None, maximum: Decimal) -> tuple[str, str]:
    return shown(points), str(maximum)
