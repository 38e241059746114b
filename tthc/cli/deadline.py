"""`deadline`: when something would be due, and why."""

from __future__ import annotations

from datetime import datetime

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import INSTANT
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.limits import LimitUnit, TimeLimit
from tthc.services.deadlines import Explanation, explain_limit
from tthc.services.reference import load_reference

UNITS = [unit.value for unit in LimitUnit if unit is not LimitUnit.NONE]


@click.command()
@click.option("--received", type=INSTANT, required=True, help="When it was handed in.")
@click.option("--limit", "amount", type=int, required=True, help="How many units it may take.")
@click.option("--unit", type=click.Choice(UNITS), required=True)
@click.option("--commune", help="Unit whose reception hours count; default hours without it.")
@json_option
@click.pass_obj
def deadline(  # noqa: PLR0917 - one parameter for each option of the command
    obj: CommandContext,
    received: datetime,
    amount: int,
    unit: str,
    commune: str | None,
    as_json: bool,
) -> None:
    """Tell when something received then would be due, and why."""
    limit = TimeLimit(amount, LimitUnit(unit))
    with open_sessions(obj) as sessions, sessions.begin() as session:
        reference = load_reference(session)
        code = reference.unit(commune).code if commune else None
        told = explain_limit(received, limit, reference.calendar_of(code))
    answer(_as_data(told), told.sentences, as_json=as_json)


def _as_data(told: Explanation) -> dict[str, object]:
    due = told.due
    return {
        "days": list(told.days),
        "due_at": due.due_at if due else None,
        "granularity": due.granularity if due else None,
        "calendar_revision": told.calendar_revision,
        "sentences": told.sentences,
        "skipped": [{"day": day, "reason": reason} for day, reason in told.skipped],
        "ledger": list(due.ledger) if due else [],
    }
