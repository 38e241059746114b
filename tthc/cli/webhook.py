"""``webhook``: other systems that hear of alerts."""

from __future__ import annotations

from dataclasses import asdict

import click

from tthc.cli.context import CommandContext
from tthc.cli.deadline import OPERATOR
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.webhooks import Reach
from tthc.services.resends import ask_ping, ask_resend
from tthc.services.webhooks import (
    NewWebhook,
    WebhookEntry,
    WithSecret,
    add_webhook,
    disable_webhook,
    enable_webhook,
    list_webhooks,
    rotate_secret,
)

MOST_LISTED = 10_000

id_argument = click.argument("webhook_id", type=int, metavar="ID")


@click.group("webhook")
def webhook() -> None:
    """Add systems that hear of alerts, give them secrets, switch them off and on."""


@webhook.command("add")
@click.argument("url")
@click.option("--unit", help="Code of the unit whose alerts it hears; none means all.")
@click.option("--internal", is_flag=True, help="The address lies in a closed network of yours.")
@json_option
@click.pass_obj
def add(obj: CommandContext, url: str, *, unit: str | None, internal: bool, as_json: bool) -> None:
    """Add a webhook. Its secret is printed now and never again."""
    reach = Reach.PUBLIC if obj.environment == "production" else Reach.TRIAL
    new = NewWebhook(url, unit, Reach.INTERNAL if internal else reach)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        made = add_webhook(session, new, now=obj.clock())
    _tell_secret(made, as_json=as_json)


@webhook.command("list")
@json_option
@click.pass_obj
def list_(obj: CommandContext, *, as_json: bool) -> None:
    """List every webhook, what waits for it and what was given up."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        found = list_webhooks(session, OPERATOR, after_id=0, limit=MOST_LISTED)
    lines = [_line(entry) for entry in found] or ["no webhooks"]
    answer([asdict(entry) for entry in found], lines, as_json=as_json)


@webhook.command("rotate")
@id_argument
@json_option
@click.pass_obj
def rotate(obj: CommandContext, webhook_id: int, *, as_json: bool) -> None:
    """Give a webhook another secret, printed now and never again; the old one ends at once."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        made = rotate_secret(session, webhook_id, OPERATOR)
    _tell_secret(made, as_json=as_json)


@webhook.command("disable")
@id_argument
@json_option
@click.pass_obj
def disable(obj: CommandContext, webhook_id: int, *, as_json: bool) -> None:
    """Send nothing to a webhook from now on."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        entry = disable_webhook(session, webhook_id, OPERATOR)
    answer(asdict(entry), [_line(entry)], as_json=as_json)


@webhook.command("enable")
@id_argument
@json_option
@click.pass_obj
def enable(obj: CommandContext, webhook_id: int, *, as_json: bool) -> None:
    """Let a webhook hear of what is raised from now on."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        entry = enable_webhook(session, webhook_id, OPERATOR)
    answer(asdict(entry), [_line(entry)], as_json=as_json)


@webhook.command("ping")
@id_argument
@json_option
@click.pass_obj
def ping(obj: CommandContext, webhook_id: int, *, as_json: bool) -> None:
    """Have a message of kind ping sent by the relay; `list` then shows whether it was taken."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        entry = ask_ping(session, webhook_id, OPERATOR, now=obj.clock())
    answer(asdict(entry), [_line(entry)], as_json=as_json)


@webhook.command("resend")
@id_argument
@click.option("--after", type=click.IntRange(min=0), required=True, help="The last number it has.")
@json_option
@click.pass_obj
def resend(obj: CommandContext, webhook_id: int, *, after: int, as_json: bool) -> None:
    """Have everything behind a number sent again by the relay, in order, under the same ids."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        entry = ask_resend(session, webhook_id, OPERATOR, after, now=obj.clock())
    answer(asdict(entry), [_line(entry)], as_json=as_json)


def _tell_secret(made: WithSecret, *, as_json: bool) -> None:
    told = asdict(made.entry) | {"secret": made.secret}
    answer(told, [_line(made.entry), f"secret: {made.secret}"], as_json=as_json)


def _line(entry: WebhookEntry) -> str:
    state = "on" if entry.is_active else "off"
    line = (
        f"{entry.id:4} {state:3} {entry.unit_code or '*':10} {entry.url} "
        f"(messages {entry.last_sequence}, waiting {entry.waiting}, parked {entry.parked})"
    )
    if entry.resend is None:
        return line
    trouble = f", {entry.resend.last_error}" if entry.resend.last_error else ""
    return f"{line} resent up to {entry.resend.reached} of {entry.resend.until}{trouble}"
