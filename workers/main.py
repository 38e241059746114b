"""Entry point of worker and beat: ``celery -A workers.main worker`` or ``beat``."""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import after_task_publish, beat_init, setup_logging

from config.logging import configure
from config.settings import Settings, SettingsError
from workers.app import make_app
from workers.context import make_doors
from workers.health import sign_of

CHATTY = ("celery.app.trace", "celery.worker.strategy", "celery.beat")
"""Loggers with a line for every bell; a turn that did something has a line of ours."""


def build(settings: Settings) -> Celery:
    """Return the application on the addresses in ``settings``; nothing is connected to yet."""
    if settings.redis_url is None:
        raise SettingsError("REDIS_URL", "must be set for the workers.")
    return make_app(settings.redis_url, make_doors(settings))


def _keep_our_logging(**_: Any) -> None:
    configure()
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _sign_each_bell(sender: Any, **_: Any) -> None:
    """Let beat touch a file after each bell: its schedule file is not always written."""
    sign = sign_of(sender.schedule_filename)
    after_task_publish.connect(lambda **_: sign.touch(), weak=False)


setup_logging.connect(_keep_our_logging)
beat_init.connect(_sign_each_bell)
app = build(Settings.from_env(os.environ))
