"""`deadline`: when something would be due, and why."""

from __future__ import annotations

from datetime import datetime

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import INSTANT
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.accounts import Actor
from tthc.domain.limits import Counting, LimitUnit, TimeLimit
from tthc.domain.scope import EVERYTHING
from tthc.services.deadlines import Explanation, explain_dossier, explain_limit
from tthc.services.reference import load_reference

OPERATOR = Actor(0, "command-line", frozenset(), EVERYTHING)
COUNTINGS = [counting.value for counting in Counting]
UNITS = [unit.value for unit in LimitUnit if unit is not LimitUnit.NONE]


@click.command()
@click.option("--dossier", "code", help="A dossier that is there; instead of the three below.")
@click.option("--received", type=INSTANT, help="When it was handed in.")
@click.option("--limit", "amount", type=int, help="How many units it may take.")
@click.option("--unit", type=click.Choice(UNITS))
@click.option("--counting", type=click.Choice(COUNTINGS), default=Counting.STANDARD.value)
@click.option("--commune", help="Unit whose calendar counts; the nation's without it.")
@json_option
@click.pass_obj
def deadline(  # noqa: PLR0913 - one parameter for each option of the command
    obj: CommandContext,
    *,
    code: str | None,
    received: datetime | None,
    amount: int | None,
    unit: str | None,
    counting: str,
    commune: str | None,
    as_json: bool,
) -> None:
    """Tell when a dossier is due, or something received then would be, and why."""
    asked = None
    if received is not None and amount is not None and unit is not None:
        asked = (received, TimeLimit(amount, LimitUnit(unit), Counting(counting)))
    if (code is None) is (asked is None):
        raise click.UsageError("Name either --dossier, or --received, --limit and --unit.")
    with open_sessions(obj) as sessions, sessions.begin() as session:
        if asked is None:
            told = explain_dossier(session, str(code), OPERATOR, now=obj.clock())
        else:
            reference = load_reference(session)
            place = reference.unit(commune).code if commune else None
            told = explain_limit(*asked, reference.calendar_of(place))
    answer(_as_data(told), told.sentences, as_json=as_json)


def _as_data(told: Explanation) -> dict[str, object]:
    due = told.due
    return {
        "days": list(told.days),
        "due_at": due.due_at if due else None,
        "original_due_at": told.original_due_at,
        "granularity": due.granularity if due else None,
        "calendar_revision": told.calendar_revision,
        "sentences": told.sentences,
        "skipped": [{"day": day, "reason": reason} for day, reason in told.skipped],
        "ledger": list(due.ledger) if due else [],
    }
