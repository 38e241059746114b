"""`migrate`: bring schema and reference data up to date."""

from __future__ import annotations

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option
from tthc.jobs import migrating


@click.command()
@json_option
@click.pass_obj
def migrate(obj: CommandContext, *, as_json: bool) -> None:
    """Bring the database up to the code: schema, then reference data. Repeatable."""
    with obj.database() as url:
        report = migrating.migrate(url, obj.root, now=obj.clock())
    changed = {name: count for name, count in report.reference.changed.items() if count}
    lines = [
        f"Schema {report.revision}: {'migrated' if report.moved else 'up to date'}",
        f"Reference data: {changed or 'up to date'}",
    ]
    if report.reference.held:
        days = ", ".join(f"{day:%d/%m/%Y}" for day in report.reference.held)
        lines.append(f"Days that would move open dossiers, left for a campaign: {days}")
        lines.append("  python3 -m tthc calendar propose config/reference/calendar.csv …")
    answer(report, lines, as_json=as_json)
