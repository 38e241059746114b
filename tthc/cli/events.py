"""`events`: everything that figures are counted from, one JSON line each."""

from __future__ import annotations

import json
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import as_plain
from tthc.cli.sessions import open_sessions
from tthc.domain.audit_entries import AuditAction
from tthc.services.audit import COMMAND_LINE, Entry, write_entry
from tthc.services.exports import list_levels, stream_events

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Accepted for symmetry: it always is."
)


@click.group(name="events")
def events() -> None:
    """Read what figures are counted from: the event log, and the service levels."""


@events.command("export")
@click.option("--after", type=int, default=0, help="Only events after this id.")
@json_option
@click.pass_obj
def export(obj: CommandContext, *, after: int, as_json: bool) -> None:  # noqa: ARG001 - see help
    """Write every event as one JSON line, oldest first, without what staff wrote freely."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        exported = Entry(AuditAction.EVENTS_EXPORTED, COMMAND_LINE, f"after {after}")
        write_entry(session, exported, now=obj.clock())
        for event in stream_events(session, after=after):
            _write(event)


@events.command("levels")
@json_option
@click.pass_obj
def levels(obj: CommandContext, *, as_json: bool) -> None:  # noqa: ARG001 - see help
    """Write each procedure's online service levels, which the full-online figures need too."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        for level in list_levels(session):
            _write(level)


def _write(told: dict[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, default=as_plain))
