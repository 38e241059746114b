"""The senders of a process, by channel."""

from __future__ import annotations

from collections.abc import Mapping

from tthc.channels.mail import make_mail_sender
from tthc.channels.outgoing import Sender
from tthc.channels.webhook import WebhookSender
from tthc.domain.webhooks import Reach


def make_senders(mail_url: str | None, *, is_production: bool) -> Mapping[str, Sender]:
    """Return a sender for each channel that can be used.

    Without ``mail_url`` there is no mail: it waits until there is. Plain http to the own
    machine is for trials. An address that cannot be understood raises ValueError.
    """
    webhook = WebhookSender(Reach.PUBLIC if is_production else Reach.TRIAL)
    if mail_url is None:
        return {"webhook": webhook}
    return {"mail": make_mail_sender(mail_url), "webhook": webhook}
