"""``calendar``: a decision on days off, from the file to the moved due dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session, sessionmaker

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option, table
from tthc.cli.sessions import open_sessions
from tthc.domain.accounts import Actor, Permission
from tthc.domain.campaign import CampaignStatus
from tthc.jobs.campaigning import run_campaign
from tthc.services.accounts import act_as
from tthc.services.campaigns import (
    CampaignSheet,
    approve_campaign,
    find_campaign,
    propose_campaign,
    withdraw_campaign,
)
from tthc.services.decisions import DecisionFile, read_decision

by_option = click.option(
    "--by", "username", required=True, help="Whose name it is done in; they must be allowed to."
)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_W = Permission.REFERENCE_WRITE


@click.group("calendar")
def calendar() -> None:
    """Propose a change of the calendar, see what it moves, approve it."""


@calendar.command("propose")
@click.argument("file", type=FILE)
@click.option("--legal-basis", required=True, help="Number and date of the decision.")
@click.option("--source", required=True, help="Where the decision was read.")
@click.option("--unit", "unit_code", help="Whose calendar; the nation's without it.")
@by_option
@json_option
@click.pass_obj
def propose(  # noqa: PLR0913 - one parameter for each option of the command
    obj: CommandContext,
    file: Path,
    *,
    legal_basis: str,
    source: str,
    unit_code: str | None,
    username: str,
    as_json: bool,
) -> None:
    """Read a decision from a CSV or .ics FILE and show what it would move. Changes nothing."""
    is_icalendar = file.suffix.lower() == ".ics"
    given = DecisionFile(file.read_bytes(), is_icalendar, unit_code, legal_basis, source)
    decision = read_decision(given)
    with open_sessions(obj) as sessions:
        with sessions.begin() as session:
            actor = act_as(session, username, _W)
            campaign = propose_campaign(session, decision, actor, now=obj.clock()).campaign.id
        _follow(obj, sessions, campaign, actor, as_json=as_json)


@calendar.command("show")
@click.argument("campaign", type=int)
@by_option
@json_option
@click.pass_obj
def show(obj: CommandContext, campaign: int, *, username: str, as_json: bool) -> None:
    """Show a campaign and how many open dossiers it moves, by commune."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, Permission.REFERENCE_READ)
        sheet = find_campaign(session, campaign, actor)
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


@calendar.command("approve")
@click.argument("campaign", type=int)
@by_option
@json_option
@click.pass_obj
def approve(obj: CommandContext, campaign: int, *, username: str, as_json: bool) -> None:
    """Approve a campaign and move the open dossiers. Repeatable: what was moved stays."""
    with open_sessions(obj) as sessions:
        with sessions.begin() as session:
            actor = act_as(session, username, _W)
            status = find_campaign(session, campaign, actor).campaign.status
            if status not in {CampaignStatus.APPROVED, CampaignStatus.APPLIED}:
                approve_campaign(session, campaign, actor, None, now=obj.clock())
        _follow(obj, sessions, campaign, actor, as_json=as_json)


@calendar.command("withdraw")
@click.argument("campaign", type=int)
@by_option
@json_option
@click.pass_obj
def withdraw(obj: CommandContext, campaign: int, *, username: str, as_json: bool) -> None:
    """Give a draft up."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        actor = act_as(session, username, _W)
        sheet = withdraw_campaign(session, campaign, actor, None)
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


def _follow(
    obj: CommandContext,
    sessions: sessionmaker[Session],
    campaign: int,
    actor: Actor,
    *,
    as_json: bool,
) -> None:
    """Look at every open dossier, or move it, and show what came of it."""
    run_campaign(sessions, campaign, clock=obj.clock)
    with sessions.begin() as session:
        sheet = find_campaign(session, campaign, actor)
        answer(_as_data(sheet), _lines(sheet), as_json=as_json)


def _as_data(sheet: CampaignSheet) -> dict[str, Any]:
    campaign = sheet.campaign
    names = ("id", "status", "unit_code", "legal_basis", "proposed_by", "approved_by", "revision")
    return {name: getattr(campaign, name) for name in names} | {
        "moved": sheet.moved,
        "looked_at": sheet.looked_at,
        "unreadable": sheet.unreadable,
        "days": [{"day": d.day, "change": d.change, "name": d.name} for d in sheet.days],
        "units": [asdict(count) for count in sheet.counts],
    }


def _lines(sheet: CampaignSheet) -> Iterator[str]:
    campaign = sheet.campaign
    yield f"Thay đổi lịch · campaign {campaign.id}: {campaign.status.value}, {campaign.legal_basis}"
    for day in sheet.days:
        yield f"  {day.day:%d/%m/%Y}  {day.change.value:<6}  {day.name}"
    if sheet.looked_at is not None:
        yield f"Hồ sơ đang mở đã xem · open dossiers looked at: {sheet.looked_at}"
    yield f"Đổi ngày hẹn, giấy hẹn sai · moved, slips wrong: {sheet.moved}"
    if sheet.counts:
        head = ["Đơn vị", "đổi ngày hẹn", "thành quá hạn", "thành trong hạn", "đã áp dụng"]
        yield from table(
            head,
            [
                [
                    count.unit_code or "—",
                    *(str(n) for n in (count.moved, count.becomes_late, count.becomes_in_time)),
                    str(count.applied),
                ]
                for count in sheet.counts
            ],
        )
