"""`report`: write a report that offices hand in; `layouts`: check how reports look."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.accounts import Permission
from tthc.domain.audit_entries import AuditAction
from tthc.domain.layouts import Layout
from tthc.domain.moment import start_of_day
from tthc.domain.scope import EVERYTHING
from tthc.domain.sheets import Sheet, fingerprint_of
from tthc.jobs.reports import find_layout, list_layouts, open_layout
from tthc.services.accounts import act_as
from tthc.services.audit import COMMAND_LINE, Entry, write_entry
from tthc.services.closings import find_report
from tthc.services.evidence import Place
from tthc.services.metrics import make_period
from tthc.services.report_files import ReportFormat, as_file
from tthc.services.report_lists import Reader
from tthc.services.reports import Wanted, make_report, report_closed

SOURCE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, writable=True, path_type=Path)
ALL = Reader(EVERYTHING, EVERYTHING)


@click.command()
@click.argument("name")
@click.option("--unit", metavar="CODE", help="One unit; a province stands for its communes.")
@click.option("--unassigned", is_flag=True, help="The dossiers without a unit.")
@click.option("--since", type=DAY, help="First day of the period.")
@click.option("--until", type=DAY, help="The day after its last day.")
@click.option("--as-of", type=DAY, help="As it stood when this day began; default now.")
@click.option("--closing", type=int, metavar="ID", help="A closed period instead of days.")
@click.option("--report", "number", type=int, help="With --closing: 0 as reported, else newest.")
@click.option("--by", "username", help="With --closing: in whose name; they must be allowed to.")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ReportFormat]),
    default=ReportFormat.XLSX.value,
    show_default=True,
)
@click.option("--out", type=TARGET, required=True, help="The file to write.")
@json_option
@click.pass_obj
def report(obj: CommandContext, /, *, name: str, out: Path, as_json: bool, **told: Any) -> None:
    """Write a report of a period, or of a closed one, as a spreadsheet.

    `layouts` tells which there are.
    """
    layout = find_layout(name, obj.root)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        sheet = _sheet(obj, session, layout, told)
        by = told["username"] or COMMAND_LINE
        write_entry(session, Entry(AuditAction.REPORT_FETCHED, by, out.name), now=obj.clock())
    file = as_file(sheet, name, ReportFormat(told["form"]))
    out.write_bytes(file.content)
    data = {"file": str(out), "lines": len(sheet.lines), "fingerprint": fingerprint_of(sheet)}
    words = f"{out}: {data['lines']} dòng · lines, {data['fingerprint']}"
    answer(data, [words], as_json=as_json)


def _sheet(obj: CommandContext, session: Session, layout: Layout, told: Mapping[str, Any]) -> Sheet:
    days = (told["since"], told["until"])
    if told["closing"] is not None:
        if any((*days, told["as_of"], told["unit"], told["unassigned"])) or not told["username"]:
            raise click.UsageError("--closing goes with --by, and with no unit or days")
        actor = act_as(session, told["username"], Permission.METRICS_READ)
        kept = find_report(session, told["closing"], told["number"], actor)
        return report_closed(session, layout, kept)
    if None in days or told["number"] is not None or told["username"]:
        raise click.UsageError("name --since and --until, or --closing with --by")
    as_of = start_of_day(told["as_of"]) if told["as_of"] else obj.clock()
    place = Place(told["unit"], told["unassigned"])
    wanted = Wanted(layout, make_period(*days, as_of), place)
    return make_report(session, wanted, ALL, as_of=as_of, most=None)


@click.command()
@click.argument("file", required=False, type=SOURCE)
@json_option
@click.pass_obj
def layouts(obj: CommandContext, file: Path | None, *, as_json: bool) -> None:
    """List the reports there are, or check the layout in FILE before it is put among them.

    Status 1 names the first part that cannot be used.
    """
    if file is not None:
        found = {file.stem: open_layout(file)}
    else:
        found = {entry.name: find_layout(entry.name, obj.root) for entry in list_layouts(obj.root)}
    data = [_as_data(name, layout) for name, layout in found.items()]
    lines = [f"{row['name']}  {row['id']}  {row['title']}" for row in data]
    answer({"items": data}, lines, as_json=as_json)


def _as_data(name: str, layout: Layout) -> dict[str, Any]:
    return {
        "name": name,
        "id": layout.id,
        "form": layout.form,
        "title": layout.title,
        "rows": layout.rows.value,
        "columns": [column.heading for column in layout.columns],
        "checks": [str(check) for check in layout.checks],
    }
