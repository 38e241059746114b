"""``contact``: where people are reached besides mail."""

from __future__ import annotations

from dataclasses import asdict

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.services.contact_points import (
    ContactEntry,
    NewContactPoint,
    add_contact_point,
    list_contact_points,
    remove_contact_point,
)

channel_option = click.option("--channel", required=True, help="A name in NOTIFY_URLS.")


@click.group("contact")
def contact() -> None:
    """Say where people are reached besides mail."""


@contact.command("add")
@click.argument("username")
@channel_option
@click.option("--target", required=True, help="Their own address there, such as a chat id.")
@json_option
@click.pass_obj
def add(obj: CommandContext, username: str, *, channel: str, target: str, as_json: bool) -> None:
    """Have somebody told by a channel too."""
    new = NewContactPoint(username, channel, target)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        made = add_contact_point(session, new, obj.notify_urls.keys(), now=obj.clock())
    answer(asdict(made), [_line(made)], as_json=as_json)


@contact.command("list")
@click.argument("username", required=False)
@json_option
@click.pass_obj
def list_(obj: CommandContext, username: str | None, *, as_json: bool) -> None:
    """List the contact points of somebody, or of everybody."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        found = list_contact_points(session, username)
    lines = [_line(entry) for entry in found] or ["no contact points"]
    answer([asdict(entry) for entry in found], lines, as_json=as_json)


@contact.command("remove")
@click.argument("username")
@channel_option
@json_option
@click.pass_obj
def remove(obj: CommandContext, username: str, *, channel: str, as_json: bool) -> None:
    """Tell somebody by a channel no more."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        remove_contact_point(session, username, channel)
    told = {"username": username, "channel": channel, "removed": True}
    answer(told, [f"{username} is told by {channel} no more"], as_json=as_json)


def _line(entry: ContactEntry) -> str:
    return f"{entry.username:32} {entry.channel:20} {entry.target}"
