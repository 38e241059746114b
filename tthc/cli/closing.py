"""`closing`: close a period, read what was reported, restate it with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import answer, json_option, table
from tthc.cli.sessions import open_sessions
from tthc.domain.accounts import Permission
from tthc.services.accounts import act_as
from tthc.services.closings import (
    ClosingSheet,
    Which,
    Wish,
    approve_closing,
    close_period,
    find_closing,
    find_report,
    list_closings,
    withdraw_closing,
)
from tthc.services.restating import adjust_period, preview_adjustments

TARGET = click.Path(dir_okay=False, writable=True, path_type=Path)
MOST_LISTED = 1_000
_CLOSE, _READ = Permission.PERIOD_CLOSE, Permission.METRICS_READ

by_option = click.option(
    "--by", "username", required=True, help="Whose name it is done in; they must be allowed to."
)
closing_argument = click.argument("closing_id", metavar="CLOSING", type=int)


@click.group("closing")
def closing() -> None:
    """Close periods: what was reported stays, what changes later is told as a change."""


@closing.command("close")
@click.option("--commune", "unit_code", metavar="CODE", required=True, help="Whose period.")
@click.option("--since", type=DAY, required=True, help="First day of the period.")
@click.option("--until", type=DAY, required=True, help="The day after its last day.")
@click.option("--reason", help="Why, where too many dossiers spoil the statistics.")
@by_option
@json_option
@click.pass_obj
def close(  # noqa: PLR0913 - one parameter for each option of the command
    obj: CommandContext,
    /,
    *,
    unit_code: str,
    since: date,
    until: date,
    reason: str | None,
    username: str,
    as_json: bool,
) -> None:
    """Close a period that is over, or propose it where its data are doubtful."""
    wish = Wish(unit_code, since, until, reason)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, _CLOSE)
        sheet = close_period(session, wish, actor, obj.gate, now=obj.clock())
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


@closing.command("approve")
@closing_argument
@by_option
@json_option
@click.pass_obj
def approve(obj: CommandContext, /, closing_id: int, *, username: str, as_json: bool) -> None:
    """Close a proposed period; by somebody else than who proposed it."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, _CLOSE)
        sheet = approve_closing(session, Which(closing_id), actor, obj.gate, now=obj.clock())
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


@closing.command("withdraw")
@closing_argument
@by_option
@json_option
@click.pass_obj
def withdraw(obj: CommandContext, /, closing_id: int, *, username: str, as_json: bool) -> None:
    """Give a proposal up."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, _CLOSE)
        sheet = withdraw_closing(session, Which(closing_id), actor, now=obj.clock())
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


@closing.command("adjust")
@closing_argument
@click.option("--reason", required=True, help="Why it is restated.")
@by_option
@json_option
@click.pass_obj
def adjust(
    obj: CommandContext, /, closing_id: int, *, reason: str, username: str, as_json: bool
) -> None:
    """Restate a closed period as its data are now; each line that differs becomes an entry."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, _CLOSE)
        sheet = adjust_period(session, Which(closing_id), actor, reason, now=obj.clock())
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


@closing.command("changes")
@closing_argument
@by_option
@json_option
@click.pass_obj
def changes(obj: CommandContext, /, closing_id: int, *, username: str, as_json: bool) -> None:
    """Tell what differs now from the newest report."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, _READ)
        found = preview_adjustments(session, closing_id, actor, now=obj.clock())
    lines = (f"{a.change.value}  {a.file}  {a.subject}" for a in found)
    answer({"items": found}, lines, as_json=as_json)


@closing.command("list")
@by_option
@json_option
@click.pass_obj
def list_(obj: CommandContext, /, *, username: str, as_json: bool) -> None:
    """List the closings of your units, newest first."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, _READ)
        sheets = list_closings(session, actor, before_id=None, limit=MOST_LISTED)
        lines = table(HEAD, [_cells(sheet) for sheet in sheets])
        answer({"items": [_as_data(sheet) for sheet in sheets]}, lines, as_json=as_json)


@closing.command("show")
@closing_argument
@by_option
@json_option
@click.pass_obj
def show(obj: CommandContext, /, closing_id: int, *, username: str, as_json: bool) -> None:
    """Show a closing and what was reported of it."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        sheet = find_closing(session, closing_id, act_as(session, username, _READ))
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


@closing.command("pack")
@closing_argument
@click.option("--report", type=int, help="0 as reported; the newest without it.")
@click.option("--out", type=TARGET, required=True, help="The ZIP file to write.")
@by_option
@json_option
@click.pass_obj
def pack(
    obj: CommandContext,
    /,
    closing_id: int,
    *,
    report: int | None,
    out: Path,
    username: str,
    as_json: bool,
) -> None:
    """Write the evidence pack of a report, the same bytes for ever."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        found = find_report(session, closing_id, report, act_as(session, username, _READ))
        out.write_bytes(found.pack)
        told = {"file": str(out), "number": found.number, "sha256": found.sha256}
    answer(told, [f"{out}: {told['sha256']}"], as_json=as_json)


HEAD = ["Kỳ", "đơn vị", "từ", "đến trước", "tình trạng", "hồ sơ", "gây lỗi"]


def _cells(sheet: ClosingSheet) -> list[str]:
    c = sheet.closing
    days = [f"{day:%d/%m/%Y}" for day in (c.since_on, c.until_on)]
    return [str(c.id), c.unit_code, *days, c.status.value, str(c.dossiers), str(c.spoiled)]


def _lines(sheet: ClosingSheet) -> Iterator[str]:
    yield from table(HEAD, [_cells(sheet)])
    for report in sheet.reports:
        why = f": {report.reason}" if report.reason else ""
        yield f"báo cáo · report {report.number}, {report.made_by}, {report.sha256}{why}"


def _as_data(sheet: ClosingSheet) -> dict[str, Any]:
    names = (
        *("id", "unit_code", "since_on", "until_on", "status", "is_doubtful", "dossiers"),
        *("spoiled", "discords", "reason", "proposed_by", "closed_by", "closed_at"),
    )
    told = ("number", "made_by", "made_at", "reason", "event_head", "calendar_revision", "sha256")
    return {name: getattr(sheet.closing, name) for name in names} | {
        "reports": [{name: getattr(r, name) for name in told} for r in sheet.reports]
    }
