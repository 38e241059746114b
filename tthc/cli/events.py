"""`events export`: everything that happened, one JSON line each."""

from __future__ import annotations

import json

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import as_plain
from tthc.services.exports import stream_events
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database


@click.group(name="events")
def events() -> None:
    """Read the event log."""


@events.command("export")
@click.option("--after", type=int, default=0, help="Only events after this id.")
@click.option("--json", "as_json", is_flag=True, help="Accepted for symmetry: it always is.")
@click.pass_obj
def export(obj: CommandContext, *, after: int, as_json: bool) -> None:  # noqa: ARG001 - see help
    """Write every event as one JSON line, oldest first. No personal data is in them."""
    with obj.database() as url:
        sessions = open_database(url, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
        with sessions.begin() as session:
            for event in stream_events(session, after=after):
                click.echo(json.dumps(event, ensure_ascii=False, default=as_plain))
