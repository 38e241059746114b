"""``absence``: who is away, and who hears of alerts meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option, table
from tthc.cli.sessions import open_sessions
from tthc.services.absences import (
    AbsenceEntry,
    NewAbsence,
    cancel_absence,
    list_absences,
    record_absence,
)
from tthc.services.accounts import find_account

by_option = click.option(
    "--by",
    required=True,
    help="Whose name it is done in: the person, their manager, an administrator.",
)


@click.group("absence")
def absence() -> None:
    """Say who is away, and who hears of alerts meanwhile."""


@absence.command("add")
@click.argument("username")
@click.option("--since", "since_on", type=DAY, required=True, help="The first day away.")
@click.option("--until", "until_on", type=DAY, required=True, help="The first day back.")
@click.option("--deputy", help="Who hears meanwhile; without one, the next step up.")
@by_option
@json_option
@click.pass_obj
def add(  # noqa: PLR0913 - one parameter for each option of the command
    obj: CommandContext,
    username: str,
    *,
    since_on: date,
    until_on: date,
    deputy: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Note that somebody is away."""
    new = NewAbsence(username, since_on, until_on, deputy)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        row = record_absence(session, new, find_account(session, by), now=obj.clock())
    answer(_as_data(row), _lines([row]), as_json=as_json)


@absence.command("list")
@by_option
@json_option
@click.pass_obj
def show(obj: CommandContext, *, by: str, as_json: bool) -> None:
    """Show who is or will be away, as far as --by may see it."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        rows = list_absences(session, find_account(session, by), now=obj.clock())
    answer({"absences": [_as_data(row) for row in rows]}, _lines(rows), as_json=as_json)


@absence.command("cancel")
@click.argument("number", type=int)
@by_option
@json_option
@click.pass_obj
def cancel(obj: CommandContext, number: int, *, by: str, as_json: bool) -> None:
    """Take an absence back, from now on."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        cancel_absence(session, number, find_account(session, by), now=obj.clock())
    answer({"id": number, "cancelled": True}, [f"cancelled {number}"], as_json=as_json)


def _as_data(row: AbsenceEntry) -> dict[str, Any]:
    days = {"since_on": row.since_on.isoformat(), "until_on": row.until_on.isoformat()}
    return asdict(row) | days


def _lines(rows: Sequence[AbsenceEntry]) -> list[str]:
    head = ["Số", "Người nghỉ", "Từ ngày", "Trở lại", "Người thay"]
    cells = [
        [
            str(row.id),
            row.username,
            f"{row.since_on:%d/%m/%Y}",
            f"{row.until_on:%d/%m/%Y}",
            row.deputy or "—",
        ]
        for row in rows
    ]
    return list(table(head, cells)) if cells else ["Không có ai nghỉ · nobody is away"]
