"""The Celery application: a bell between processes, never a store of truth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from celery import Celery

from workers.context import Doors
from workers.schedule import QUEUES, TASKS, beat_schedule
from workers.turns import take_turn

VISIBILITY_SECONDS = 120
HARD_LIMIT_SECONDS = 55
SOFT_LIMIT_SECONDS = 50

_RETRIES_FOR_EVER: dict[str, Any] = {
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
}
_TALKS_JSON_ONLY: dict[str, Any] = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "result_serializer": "json",
    "event_serializer": "json",
}
_LOSES_NO_TASK: dict[str, Any] = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_time_limit": HARD_LIMIT_SECONDS,
    "task_soft_time_limit": SOFT_LIMIT_SECONDS,
    "worker_soft_shutdown_timeout": 5.0,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
}
_TRANSPORT: dict[str, Any] = {
    "visibility_timeout": VISIBILITY_SECONDS,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
}


def make_app(redis_url: str, doors: Doors) -> Celery:
    """Return the application with every task registered; nothing is connected to yet.

    There is no result backend: a turn's end is written to the database. Tasks are not shared,
    else a second application would get those of the first, with its doors.
    """
    app = Celery("tthc", broker=broker_url(redis_url), set_as_current=False)
    app.conf.update(
        _RETRIES_FOR_EVER,
        **_TALKS_JSON_ONLY,
        **_LOSES_NO_TASK,
        broker_transport_options=_TRANSPORT,
        task_ignore_result=True,
        task_default_queue="celery",
        task_routes={name: {"queue": queue} for name, queue in QUEUES.items()},
        worker_hijack_root_logger=False,
        timezone="Asia/Ho_Chi_Minh",
        enable_utc=True,
        beat_schedule=beat_schedule(),
    )
    for task in TASKS:
        run: Callable[[], bool] = partial(take_turn, doors, task)
        app.task(_named(run, task.name), name=task.name, shared=False)
    return app


def broker_url(redis_url: str) -> str:
    """Return an address as Celery spells it: ``unix:///path`` is ``redis+socket:///path``."""
    return redis_url.replace("unix://", "redis+socket://", 1)


def _named(run: Callable[[], bool], name: str) -> Callable[[], bool]:
    def task() -> bool:
        return run()

    task.__name__ = task.__qualname__ = name.replace(".", "_")
    task.__module__ = __name__
    return task
