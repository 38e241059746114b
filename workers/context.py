"""What tasks get from outside: a session factory of their own process, and the clock."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session, sessionmaker

from config.clock import make_clock
from config.settings import Settings, SettingsError
from tthc.channels.mail import make_mail_sender
from tthc.jobs.auditing import AuditPlace
from tthc.storage.session import open_database


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of every task. ``sessions`` is asked inside the process that runs it.

    Without ``audit`` nothing is linked or anchored here.
    """

    sessions: Callable[[], sessionmaker[Session]]
    clock: Callable[[], datetime]
    audit: AuditPlace | None = None


def make_doors(settings: Settings) -> Doors:
    """Return the doors to the database of ``settings``; nothing is connected to yet.

    A forked process opens connections of its own, whatever its parent had open.
    """
    url = settings.database_url
    if url is None:
        raise SettingsError("DATABASE_URL", "must be set for the workers.")

    @cache
    def opened_in(_process: int) -> sessionmaker[Session]:
        return open_database(url)

    return Doors(
        lambda: opened_in(os.getpid()), make_clock(settings.clock_offset), audit_place(settings)
    )


def audit_place(settings: Settings) -> AuditPlace:
    """Return where the audit log's key and anchors lie, and who gets anchors by mail."""
    url = mail_url(settings)
    sender = make_mail_sender(url) if settings.anchor_mail and url else None
    return AuditPlace(settings.audit, sender, settings.anchor_mail)


def mail_url(settings: Settings) -> str | None:
    """Return where mail goes: a trial without a server writes files; None lets it wait."""
    if settings.smtp_url is None and not settings.is_production:
        return f"file://{settings.home / 'outbox'}"
    return settings.smtp_url
