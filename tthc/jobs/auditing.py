"""Linking and anchoring in turns, and where the key and the anchors lie: outside the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import Session, sessionmaker

from tthc.channels.outgoing import Outgoing, Sender, SendError
from tthc.domain.anchors import Anchor, as_line
from tthc.domain.errors import NotReadyError
from tthc.domain.messages import Text
from tthc.launch.places import kept_secret
from tthc.services.audit_keys import AuditKeys, derive_keys
from tthc.services.linking import (
    LOOK_BACK,
    LOOK_BACK_FAR,
    Resume,
    has_links,
    link_page,
    look_back,
    make_anchor,
)

KEY, ANCHORS = "key", "anchors.jsonl"
MOST_PAGES = 100
"""Pages of one turn, which ends within 50 s; the next goes on."""

SHORTEST_KEY = 32

Sessions = sessionmaker[Session]
Clock = Callable[[], datetime]

log = structlog.get_logger("tthc.audit")


class AuditKeyMissingError(NotReadyError):
    """There are links already, and the key they were made with is not where it should be."""

    code = "audit_key_missing"


@dataclass(frozen=True, slots=True)
class AuditPlace:
    """Where the log's key and anchors lie, and who gets each anchor by mail, if anybody.

    The folder must not be writable for who can write to the database; one of another machine is
    better still.
    """

    folder: Path
    mail: Sender | None = field(default=None, repr=False)
    mail_to: str | None = None

    @property
    def anchors(self) -> Path:
        """The file of anchors, one line each."""
        return self.folder / ANCHORS


def read_keys(sessions: Sessions, place: AuditPlace) -> AuditKeys:
    """Return the keys of the log; the secret is made up before the first link.

    Raises:
        AuditKeyMissingError: its file is gone or damaged though there are links.
    """
    file = place.folder / KEY
    if not file.exists():
        with sessions.begin() as session:
            if has_links(session):
                raise _key_missing(file)
    secret = kept_secret(file)
    if len(secret) < SHORTEST_KEY:
        raise _key_missing(file)
    return derive_keys(secret)


def _key_missing(file: Path) -> AuditKeyMissingError:
    return AuditKeyMissingError(
        f"Không có khóa của nhật ký kiểm toán: {file}.",
        f"the key of the audit log is not in {file}; put it back from its copy",
    )


def link_recent(sessions: Sessions, place: AuditPlace, *, clock: Clock) -> int:
    """Link what was committed since the last turn; return how many links were made."""
    keys = read_keys(sessions, place)
    with sessions.begin() as session:
        resume = look_back(session, LOOK_BACK)
    return _link_from(sessions, resume, keys, clock=clock)


def _link_from(sessions: Sessions, resume: Resume | None, keys: AuditKeys, *, clock: Clock) -> int:
    linked = 0
    for _ in range(MOST_PAGES):
        if resume is None:
            break
        with sessions.begin() as session:
            page = link_page(session, resume, keys.veil, now=clock())
        linked, resume = linked + page.linked, page.resume
    return linked


def anchor_all(sessions: Sessions, place: AuditPlace, *, clock: Clock) -> Anchor:
    """Link what is left, sign all chains, and write the anchor outside: a file, and mail.

    The anchor counts when its line is on the disk. A mail that does not leave is logged and not
    repeated: the next anchor covers all that this one does.
    """
    keys = read_keys(sessions, place)
    with sessions.begin() as session:
        resume = look_back(session, LOOK_BACK_FAR)
    _link_from(sessions, resume, keys, clock=clock)
    with sessions.begin() as session:
        anchor = make_anchor(session, keys, now=clock())
        _append(place.anchors, as_line(anchor))
    _mail(place, anchor)
    return anchor


def _append(file: Path, line: str) -> None:
    """Add a line to a file and wait until the disk has it."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mail(place: AuditPlace, anchor: Anchor) -> None:
    if place.mail is None or place.mail_to is None:
        return
    letter = Text(
        f"Mốc neo nhật ký số {anchor.number} ({anchor.made_at:%Y-%m-%d %H:%M} UTC)",
        "Hãy giữ thư này ngoài máy chủ: dòng dưới chứng minh nhật ký cho đến nay không bị sửa.\n"
        "Keep this message away from the server: the line below proves the log as it is now.\n\n"
        f"{as_line(anchor)}\n",
    )
    message = Outgoing(
        message_id=f"anchor-{anchor.digest().hex()[:32]}",
        channel="mail",
        address=place.mail_to,
        at=anchor.made_at,
        letter=letter,
    )
    try:
        place.mail.send(message)
    except SendError as error:
        log.warning("anchor_not_mailed", kind=error.kind.value, number=anchor.number)
