"""``channel``: by what people can be told, and the tokens of channels that change."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from tthc.channels.zalo_oa import SCHEME
from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.contact_points import ChannelUnknownError
from tthc.services.channel_tokens import Place, authorise, list_tokens


@click.group("channel")
def channel() -> None:
    """See by what people can be told; authorise a Zalo Official Account."""


@channel.command("list")
@json_option
@click.pass_obj
def list_(obj: CommandContext, *, as_json: bool) -> None:
    """List the channels that NOTIFY_URLS names, and until when their tokens last."""
    with open_sessions(obj) as sessions, sessions.begin() as session:
        tokens = {state.channel: state for state in list_tokens(session)}
    told: list[dict[str, Any]] = []
    lines = []
    for name, url in sorted(obj.notify_urls.items()):
        state = tokens.get(name)
        kept = asdict(state) if state else None
        told.append({"channel": name, "scheme": url.partition("://")[0], "tokens": kept})
        lasts = f" token until {state.expires_at:%Y-%m-%d %H:%M} UTC" if state else ""
        trouble = f", not renewed: {state.last_error}" if state and state.last_error else ""
        lines.append(f"{name:20} {url.partition('://')[0]}{lasts}{trouble}")
    answer(told, lines or ["no channels but mail and webhooks"], as_json=as_json)


@channel.command("authorise")
@click.argument("name")
@json_option
@click.pass_obj
def authorise_(obj: CommandContext, name: str, *, as_json: bool) -> None:
    """Keep a refresh token of a Zalo Official Account, read from standard input."""
    official = {n for n, url in obj.notify_urls.items() if url.startswith(f"{SCHEME}://")}
    if name not in official:
        raise ChannelUnknownError(
            "Không có kênh Zalo OA nào tên như vậy.",
            "there is no channel of a Zalo Official Account of that name",
            field="channel",
            channels=", ".join(sorted(official)),
        )
    refresh = sys.stdin.readline().strip()
    if not refresh:
        raise click.UsageError("Give the refresh token on standard input.")
    with open_sessions(obj) as sessions, sessions.begin() as session:
        authorise(session, Place(name, obj.secret_key), refresh, now=obj.clock())
    answer({"channel": name, "authorised": True}, [f"authorised {name}"], as_json=as_json)
