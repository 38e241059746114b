"""Mail by SMTP, or as files where there is no mail server yet."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from tthc.channels.outgoing import FailureKind, Outgoing, Sender, SendError
from tthc.domain.messages import once_each, write_mail

TIMEOUT_SECONDS = 10.0
_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+@[A-Za-z0-9.-]+", re.ASCII)
_PORTS = {"smtp": 25, "smtps": 465}
_REFUSALS = range(400, 600)
_FIRST_PERMANENT = 500


def make_mail_sender(url: str, *, timeout: float = TIMEOUT_SECONDS) -> Sender:
    """Return the sender that ``url`` names.

    ``smtp://user:password@host:port?starttls=1&from=mot-cua@example.vn``, ``smtps://…``, or
    ``file:///folder``. Without ``from`` mail comes from the user, if that is an address, else
    from ``tthc`` at the server's host.

    Raises:
        ValueError: another scheme, or no host or folder.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return FolderSender(Path(unquote(parts.path)), _author(parts, "localhost"))
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("SMTP_URL must be smtp://host, smtps://host or file:///folder")
    asked = parse_qs(parts.query)
    return SmtpSender(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        author=_author(parts, parts.hostname),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtps",
        is_starttls=asked.get("starttls", ["0"])[-1] == "1",
        timeout=timeout,
    )


def _author(parts: SplitResult, host: str) -> str:
    user = unquote(parts.username or "")
    fallback = user if "@" in user else f"tthc@{host}"
    author = parse_qs(parts.query).get("from", [fallback])[-1]
    if not _ADDRESS.fullmatch(author):
        raise ValueError("the `from` of SMTP_URL must be an e-mail address")
    return author


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Sends each message over a connection of its own.

    ``timeout`` holds for every step of the talk. A server that fails after it was given the
    message may have taken it: the message is then sent again, with the same Message-ID.
    """

    host: str
    port: int
    author: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    is_tls: bool = False
    is_starttls: bool = False
    timeout: float = TIMEOUT_SECONDS

    def send(self, message: Outgoing) -> None:
        """Return when the server took the message, or raise SendError."""
        letter = as_email(message, self.author)
        _translated(lambda: self._talk(letter))

    def _talk(self, letter: EmailMessage) -> None:
        server = self._connect()
        try:
            if self.is_starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(letter)
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.is_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout)


@dataclass(frozen=True, slots=True)
class FolderSender:
    """Writes each message as a file ``<Message-ID>.eml``; sent twice it is one file."""

    folder: Path
    author: str

    def send(self, message: Outgoing) -> None:
        """Write the file whole or not at all."""
        letter = as_email(message, self.author)
        _translated(lambda: self._write(f"{message.message_id}.eml", bytes(letter)))

    def _write(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{name}.{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(self.folder / name)


def as_email(message: Outgoing, author: str) -> EmailMessage:
    """Return the mail as it goes on the wire, or raise SendError for an impossible address."""
    if not _ADDRESS.fullmatch(message.address):
        raise SendError(FailureKind.UNSENDABLE)
    text = message.letter or write_mail(once_each(message.lines))
    letter = EmailMessage(policy=SMTP)
    letter["From"] = author
    letter["To"] = message.address
    letter["Subject"] = " ".join(text.subject.split())
    letter["Message-ID"] = f"<{message.message_id}@{author.rpartition('@')[2]}>"
    letter["Date"] = format_datetime(message.at)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text.body, cte="base64")
    return letter


def _translated(act: Callable[[], None]) -> None:
    """Do something and let its failures be SendErrors, without what the server said."""
    try:
        act()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise SendError(_kind_of(error)) from None


def _kind_of(error: Exception) -> FailureKind:
    """Name a failure. Not being let in would meet every message: it is no connection."""
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return FailureKind.TIMEOUT
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _kind_of_code(max((code for code, _ in error.recipients.values()), default=0))
    is_about_us = isinstance(error, smtplib.SMTPAuthenticationError)
    if isinstance(error, smtplib.SMTPResponseException) and not is_about_us:
        return _kind_of_code(error.smtp_code)
    return FailureKind.UNSENDABLE if isinstance(error, ValueError) else FailureKind.CONNECTION


def _kind_of_code(code: int) -> FailureKind:
    if code not in _REFUSALS:
        return FailureKind.CONNECTION
    return FailureKind.REFUSED_5XX if code >= _FIRST_PERMANENT else FailureKind.REFUSED_4XX
