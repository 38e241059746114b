"""Entry point of the web process: ``granian --interface wsgi wsgi:app``."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.clock import make_clock
from config.logging import configure
from config.settings import Settings, SettingsError
from tthc.api.app import create_app
from tthc.domain.closing import Gate
from tthc.domain.letters import LetterInvalidError
from tthc.jobs.letters import LETTER_FOLDER, read_contacts
from tthc.printing.folders import FORM_FOLDER, FormFolders
from tthc.services.watch import outbox_gauges, watchers
from tthc.serving.context import Doors
from tthc.storage.schema import is_current
from tthc.storage.session import open_database
from tthc.web.app import register_pages

PING_SECONDS = 0.5
ROOT = Path(__file__).resolve().parent

log = structlog.get_logger("tthc.api")


def build(settings: Settings) -> Flask:
    """Wire the application to the addresses in ``settings``; nothing is connected to yet."""
    if settings.database_url is None:
        raise SettingsError("DATABASE_URL", "must be set for the web process.")
    clock = make_clock(settings.clock_offset)
    app = create_app(
        Doors(
            sessions=open_database(settings.database_url),
            clock=clock,
            secret_key=settings.secret_key,
            environment=settings.environment,
            channels=settings.notify_urls.keys(),
            redis_ping=redis_ping(settings.redis_url),
            readiness=lambda session: {"schema": is_current(session)},
            watchers=lambda session: watchers(session, now=clock()),
            gauges=lambda session: outbox_gauges(session, now=clock()),
            gate=Gate(settings.most_spoiled),
            folders=FormFolders(ROOT / FORM_FOLDER, settings.form_folder),
            contacts=contacts_in(ROOT / LETTER_FOLDER),
        )
    )
    register_pages(app)
    return app


def contacts_in(folder: Path) -> Mapping[str, str]:
    """Return where citizens ask about each desk; where that cannot be read nobody is kept out."""
    try:
        return read_contacts(folder)
    except LetterInvalidError as error:
        log.error("contacts_unusable", reason=error.en, **error.details)  # noqa: TRY400 - no bug
        return {}


def redis_ping(url: str | None) -> Callable[[], bool]:
    """Return a question to Redis that is answered within half a second."""
    if url is None:
        return lambda: False
    address = url.replace("redis+socket://", "unix://", 1)
    client = Redis.from_url(
        address,
        socket_timeout=PING_SECONDS,
        socket_connect_timeout=PING_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )

    def ping() -> bool:
        try:
            return bool(client.ping())
        except RedisError:
            return False

    return ping


configure()
app = build(Settings.from_env(os.environ))
gc.collect()
gc.freeze()  # what is made at the start stays: each full search through it took 90 ms
