"""The senders of a process, by channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tthc.channels.chat import make_chat_sender
from tthc.channels.mail import make_mail_sender
from tthc.channels.outgoing import Sender
from tthc.channels.webhook import WebhookSender
from tthc.channels.zalo_oa import SCHEME, TokenSource, ZaloApp, ZaloOaSender, parse_zalo_app
from tthc.domain.webhooks import Reach

TokensOf = Callable[[str, ZaloApp], TokenSource]
"""Where the tokens of a channel, by its name, come from."""


def make_senders(
    mail_url: str | None,
    notify_urls: Mapping[str, str],
    tokens_of: TokensOf,
    *,
    is_production: bool,
) -> Mapping[str, Sender]:
    """Return a sender for each channel that can be used.

    Without ``mail_url`` there is no mail: it waits until there is; so does what is meant for a
    channel that is not among ``notify_urls``. Plain http to the own machine is for trials. An
    address that cannot be understood raises ValueError.
    """
    reach = Reach.PUBLIC if is_production else Reach.TRIAL
    senders: dict[str, Sender] = {"webhook": WebhookSender(reach)}
    if mail_url is not None:
        senders["mail"] = make_mail_sender(mail_url)
    for name, url in notify_urls.items():
        if url.startswith(f"{SCHEME}://"):
            app = parse_zalo_app(name, url)
            senders[name] = ZaloOaSender(app, tokens_of(name, app))
        else:
            senders[name] = make_chat_sender(name, url)
    return senders
