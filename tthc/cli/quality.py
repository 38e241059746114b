"""`quality`: what spoils the statistics of a period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option, table
from tthc.cli.places import place_and_period, read_where
from tthc.cli.sessions import open_sessions
from tthc.domain.quality import RULES
from tthc.domain.scope import EVERYTHING
from tthc.services.quality import QualitySheet, UnitQuality, inspect


@click.command()
@place_and_period
@json_option
@click.pass_obj
def quality(obj: CommandContext, /, *, as_json: bool, **where: Any) -> None:
    """List the dossiers that spoil the statistics of a period, with the rule each breaks."""
    place, period, as_of = read_where(obj, **where)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        sheet = inspect(session, period, place, EVERYTHING, as_of=as_of)
    answer(_as_data(sheet), _lines(sheet), as_json=as_json)


def _as_data(sheet: QualitySheet) -> dict[str, Any]:
    return {
        "since": sheet.period.since,
        "until": sheet.period.until,
        "at": sheet.period.at,
        "as_of": sheet.as_of,
        "calendar_revision": sheet.calendar_revision,
        "event_head": sheet.event_head,
        "units": [_unit(unit) for unit in sheet.units],
        "total": _unit(sheet.total),
        "discords": sheet.discords,
        "findings": sheet.findings,
    }


def _unit(unit: UnitQuality) -> dict[str, Any]:
    return {
        "unit_code": unit.unit_code,
        "dossiers": unit.dossiers,
        "spoiled": unit.spoiled,
        "by_rule": dict(unit.by_rule),
        "score": unit.score,
    }


def _lines(sheet: QualitySheet) -> Iterator[str]:
    titles = {rule.id: rule.title for rule in RULES}
    rows = [[f.code, f.unit_code or "—", f.rule, titles[f.rule]] for f in sheet.findings]
    if rows:
        yield from table(["Hồ sơ", "đơn vị", "quy tắc", "nội dung"], rows)
    yield from (f"{discord.rule}: {discord.unit_code or '—'}" for discord in sheet.discords)
    total = sheet.total
    score = "—" if total.score is None else f"đạt · sound {total.score:.2%}"
    yield f"Hồ sơ gây lỗi thống kê · spoiled: {total.spoiled}/{total.dossiers}, {score}"
