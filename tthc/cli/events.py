"""`events export`: everything that happened, one JSON line each."""

from __future__ import annotations

import json

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import as_plain
from tthc.cli.sessions import open_sessions
from tthc.services.exports import stream_events


@click.group(name="events")
def events() -> None:
    """Read the event log."""


@events.command("export")
@click.option("--after", type=int, default=0, help="Only events after this id.")
@click.option("--json", "as_json", is_flag=True, help="Accepted for symmetry: it always is.")
@click.pass_obj
def export(obj: CommandContext, *, after: int, as_json: bool) -> None:  # noqa: ARG001 - see help
    """Write every event as one JSON line, oldest first, without what staff wrote freely."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        for event in stream_events(session, after=after):
            click.echo(json.dumps(event, ensure_ascii=False, default=as_plain))
