"""`figure`: figures that people report because no dossier tells them."""

from __future__ import annotations

from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.accounts import Permission
from tthc.domain.reported import NewFigure
from tthc.services.accounts import act_as
from tthc.services.reported import FigureEntry, list_figures, report_figure

MOST_LISTED = 1_000
by_option = click.option(
    "--by", "username", required=True, help="Whose name it is done in; they must be allowed to."
)


@click.group("figure")
def figure() -> None:
    """Report figures that no dossier tells; what was reported stays."""


@figure.command("report")
@click.argument("name", metavar="FIGURE")
@click.option("--commune", "unit_code", metavar="CODE", required=True, help="Whose figure.")
@click.option("--since", type=DAY, required=True, help="First day of the period.")
@click.option("--until", type=DAY, required=True, help="The day after its last day.")
@click.option("--numerator", type=click.IntRange(min=0), help="Without both, it is taken back.")
@click.option("--denominator", type=click.IntRange(min=0), help="Without both, it is taken back.")
@click.option("--source", required=True, help="Where the counts are from.")
@click.option("--reason", help="Why an earlier figure is corrected or taken back.")
@by_option
@json_option
@click.pass_obj
def report(obj: CommandContext, /, *, name: str, username: str, as_json: bool, **told: Any) -> None:
    """Report a figure, or with a reason correct an earlier one."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, Permission.FIGURES_REPORT)
        made = report_figure(session, NewFigure(figure=name, **told), actor, now=obj.clock())
        answer(_as_data(made), [_line(made)], as_json=as_json)


@figure.command("list")
@click.option("--commune", "unit_code", metavar="CODE", help="One unit and those below it.")
@click.option("--figure", "name", metavar="FIGURE", help="One figure.")
@by_option
@json_option
@click.pass_obj
def list_(
    obj: CommandContext,
    /,
    *,
    unit_code: str | None,
    name: str | None,
    username: str,
    as_json: bool,
) -> None:
    """List what was reported, newest first, with every correction."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, Permission.METRICS_READ)
        found = list_figures(session, actor, unit_code=unit_code, figure=name, limit=MOST_LISTED)
        lines = [_line(row) for row in found] or ["chưa có số liệu · no figures"]
        answer([_as_data(row) for row in found], lines, as_json=as_json)


def _as_data(row: FigureEntry) -> dict[str, Any]:
    return {
        "id": row.id,
        "figure": row.figure,
        "unit_code": row.unit_code,
        "since": row.since_on,
        "until": row.until_on,
        "number": row.number,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "source": row.source,
        "reason": row.reason,
        "entered_by": row.entered_by,
        "entered_at": row.entered_at,
    }


def _line(row: FigureEntry) -> str:
    counts = "đã rút" if row.numerator is None else f"{row.numerator}/{row.denominator}"
    told = f"{row.unit_code}  {row.since_on}…{row.until_on}  {row.figure} #{row.number}: {counts}"
    return f"{told}  ({row.source}; {row.entered_by})"
