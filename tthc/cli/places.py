"""The options that say whose dossiers of which period are meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.domain.metrics import Period
from tthc.domain.moment import start_of_day
from tthc.services.evidence import Place
from tthc.services.metrics import make_period

Command = TypeVar("Command", bound=Callable[..., Any])


def place_and_period(command: Command) -> Command:
    """Give a command the options that ``read_where`` reads."""
    for option in (
        click.option("--as-of", type=DAY, help="As it stood when this day began; default now."),
        click.option("--until", type=DAY, required=True, help="The day after its last day."),
        click.option("--since", type=DAY, required=True, help="First day of the period."),
        click.option("--unassigned", is_flag=True, help="The dossiers without a unit."),
        click.option("--commune", metavar="CODE", help="One unit; a province pools its communes."),
    ):
        command = option(command)
    return command


def read_where(
    obj: CommandContext,
    *,
    commune: str | None,
    unassigned: bool,
    since: date,
    until: date,
    as_of: date | None,
) -> tuple[Place, Period, datetime]:
    """Return the place and period that the options name, and the moment they are seen from.

    Raises:
        PeriodInvalidError: the period is empty, or seen from before it began.
    """
    moment = start_of_day(as_of) if as_of else obj.clock()
    return Place(commune, unassigned), make_period(since, until, moment), moment
