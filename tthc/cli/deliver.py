"""`deliver`: find recipients of alerts and send what waits."""

from __future__ import annotations

import click

from tthc.channels.senders import make_senders
from tthc.cli.context import CommandContext
from tthc.cli.output import DONE, FAILED, answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.jobs.channel_tokens import TokenDoors
from tthc.jobs.delivering import Post, deliver_all, deliver_notices, revive_parked, route_all
from tthc.jobs.letters import LETTER_FOLDER, read_letter_rules
from tthc.jobs.resending import resend_some


@click.command()
@click.option("--once", is_flag=True, required=True, help="One round; the relay goes on and on.")
@click.option("--retry-parked", is_flag=True, help="Try anew what was given up.")
@json_option
@click.pass_obj
def deliver(
    obj: CommandContext,
    *,
    once: bool,  # noqa: ARG001 - says so
    retry_parked: bool,
    as_json: bool,
) -> int:
    """Route every alert, send every message and citizen notice whose time has come. Repeatable.

    Status 1 when a message did not leave or a delivery was given up.
    """
    is_production = obj.environment == "production"
    with open_sessions(obj) as sessions:
        tokens = TokenDoors(lambda: sessions, obj.clock, obj.secret_key)
        senders = make_senders(
            _mail_url(obj), obj.notify_urls, tokens.tokens_of, is_production=is_production
        )
        if retry_parked:
            revive_parked(sessions, clock=obj.clock)
        routed = route_all(sessions, clock=obj.clock)
        post = Post(sessions, senders, obj.clock)
        report, resent = deliver_all(post), resend_some(post)
        notices = deliver_notices(post, read_letter_rules(obj.root / LETTER_FOLDER))
    lines = [
        f"Alerts routed: {routed.routed}, without recipient: {routed.orphaned}, "
        f"withdrawn: {routed.withdrawn}",
        f"Messages sent: {report.messages} (deliveries: {report.sent}), "
        f"failed: {report.failures}, parked: {report.parked}, withdrawn: {report.withdrawn}",
        f"Citizen notices sent: {notices.sent}, failed: {notices.failures}, "
        f"parked: {notices.parked}, withdrawn: {notices.withdrawn}",
        f"Messages sent again: {resent.messages}, failed: {resent.failures}",
    ]
    told = {"routing": routed, "delivery": report, "notices": notices, "resending": resent}
    answer(told, lines, as_json=as_json)
    has_failed = any(done.failures or done.parked for done in (report, notices))
    return FAILED if has_failed or resent.failures else DONE


def _mail_url(obj: CommandContext) -> str | None:
    if obj.smtp_url is None and obj.environment != "production":
        return f"file://{obj.home / 'outbox'}"
    return obj.smtp_url
