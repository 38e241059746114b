"""Endpoints of webhooks."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, Decorator, created, tagged
from tthc.api.paging import page_of, read_paging
from tthc.api.schemas.webhooks import (
    AFTER,
    MESSAGE_PAGE,
    MESSAGE_QUERY,
    NEW_WEBHOOK,
    WEBHOOK,
    WEBHOOK_PAGE,
    WEBHOOK_QUERY,
    WEBHOOK_WITH_SECRET,
)
from tthc.domain.accounts import Permission
from tthc.domain.webhooks import Reach
from tthc.services.resends import ask_ping, ask_resend
from tthc.services.webhook_messages import read_messages
from tthc.services.webhooks import (
    NewWebhook,
    WebhookEntry,
    add_webhook,
    disable_webhook,
    enable_webhook,
    get_webhook,
    list_webhooks,
    rotate_secret,
)
from tthc.serving.context import Call, doors
from tthc.serving.schemas.actions import EMPTY

bp = Blueprint(
    "webhooks", __name__, url_prefix="/api/v1/webhooks", description="Địa chỉ nhận tin · webhooks"
)


@bp.get("", allow=Permission.WEBHOOK_READ)
@bp.response(200, WEBHOOK_PAGE)
@bp.arguments(WEBHOOK_QUERY, location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List the webhooks of your units, and what waits for them or was given up."""
    paging = read_paging(request, arguments)
    after = 0 if paging.after is None else int(paging.after[0])
    found = list_webhooks(call.session, call.actor, after_id=after, limit=paging.fetch)
    return page_of(found, paging, key=lambda entry: (entry.id,))


@bp.post("", allow=Permission.WEBHOOK_WRITE, idempotent=True)
@bp.response(201, WEBHOOK_WITH_SECRET)
@bp.arguments(NEW_WEBHOOK)
def add(call: Call, wanted: dict[str, Any]) -> Answer:
    """Add a webhook. Its secret is in this answer and in no other.

    The address must be https and public; one in a closed network is added on the command line.
    """
    reach = Reach.PUBLIC if doors().environment == "production" else Reach.TRIAL
    made = add_webhook(call.session, NewWebhook(reach=reach, **wanted), now=call.now)
    return created(made, f"/api/v1/webhooks/{made.entry.id}", made.entry.version)


@bp.get("/<int:webhook_id>", allow=Permission.WEBHOOK_READ)
@bp.response(200, WEBHOOK)
def show(call: Call, webhook_id: int) -> Answer:
    """Show a webhook."""
    return _tagged(get_webhook(call.session, webhook_id, call.actor))


@bp.get("/<int:webhook_id>/messages", allow=Permission.WEBHOOK_MESSAGES)
@bp.response(200, MESSAGE_PAGE)
@bp.arguments(MESSAGE_QUERY, location="query")
def messages(call: Call, wanted: dict[str, Any], webhook_id: int) -> Answer:
    """Read what was sent to it behind a number, delivered or not, for 30 days.

    Numbers have no gaps and none appears before a lower one, so nobody misses a message.
    """
    return read_messages(call.session, webhook_id, call.actor, **wanted)


@bp.post("/<int:webhook_id>/actions/resend", allow=Permission.WEBHOOK_MESSAGES, idempotent=True)
@bp.response(202, WEBHOOK)
@bp.arguments(AFTER)
def resend(call: Call, wanted: dict[str, Any], webhook_id: int) -> Answer:
    """Have everything behind a number sent to its address again, in order, under the same ids."""
    entry = ask_resend(call.session, webhook_id, call.actor, wanted["after"], now=call.now)
    return _tagged(entry)


@bp.post("/<int:webhook_id>/actions/ping", allow=Permission.WEBHOOK_WRITE, idempotent=True)
@bp.response(202, WEBHOOK)
@bp.arguments(EMPTY)
def ping(call: Call, _nothing: dict[str, Any], webhook_id: int) -> Answer:
    """Have a message of kind `ping` sent; `resend` then says whether it was taken."""
    return _tagged(ask_ping(call.session, webhook_id, call.actor, now=call.now))


def _step(name: str) -> Decorator:
    return bp.post(
        f"/<int:webhook_id>/actions/{name}",
        allow=Permission.WEBHOOK_WRITE,
        idempotent=True,
        if_match=True,
    )


@_step("rotate")
@bp.response(200, WEBHOOK_WITH_SECRET)
@bp.arguments(EMPTY)
def rotate(call: Call, _nothing: dict[str, Any], webhook_id: int) -> Answer:
    """Give it another secret, in this answer and in no other; the old one ends at once."""
    made = rotate_secret(call.session, webhook_id, call.actor, call.version)
    return tagged(made, made.entry.version)


@_step("disable")
@bp.response(200, WEBHOOK)
@bp.arguments(EMPTY)
def disable(call: Call, _nothing: dict[str, Any], webhook_id: int) -> Answer:
    """Send nothing to it from now on; what waits for it is withdrawn."""
    return _tagged(disable_webhook(call.session, webhook_id, call.actor, call.version))


@_step("enable")
@bp.response(200, WEBHOOK)
@bp.arguments(EMPTY)
def enable(call: Call, _nothing: dict[str, Any], webhook_id: int) -> Answer:
    """Let it hear of what is raised from now on."""
    return _tagged(enable_webhook(call.session, webhook_id, call.actor, call.version))


def _tagged(entry: WebhookEntry) -> Answer:
    return tagged(entry, entry.version)
