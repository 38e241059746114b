"""`sweep`: find what is due or late, and raise alerts."""

from __future__ import annotations

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.jobs import sweeping


@click.command()
@click.option("--once", is_flag=True, required=True, help="One sweep; beat sweeps each minute.")
@json_option
@click.pass_obj
def sweep(obj: CommandContext, *, once: bool, as_json: bool) -> None:  # noqa: ARG001 - says so
    """Raise an alert for each running dossier on a new rung of the ladder. Repeatable."""
    with open_sessions(obj) as sessions:
        report = sweeping.sweep(sessions, clock=obj.clock)
    answer(report, [f"Alerts raised: {report.raised}"], as_json=as_json)
