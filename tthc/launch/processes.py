"""The processes of the application and the command of each; the compose file says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

API_PORT = 8000
_API_WORKERS = 2
_API_THREADS = 4  # as many as the pool keeps connections; the default is hundreds
_WORKER_PROCESSES = 2
_QUEUES = ("sweeps", "imports", "calendar", "audit", "celery")

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProcessTable:
    """Arguments that Python gets for each process.

    Args:
        services: What runs as long as the application does, by name, in the order to start.
        migrate: Brings the database and the reference data up to date; repeatable.
        demonstrate: Makes demonstration data where there are none.
        list_users: Prints a demonstration user for each role.
    """

    services: Mapping[str, Command]
    migrate: Command
    demonstrate: Command
    list_users: Command


def process_table(*, host: str, port: int, beat_schedule: str) -> ProcessTable:
    """Make the table for an API at the given address and a beat that keeps its schedule there."""
    celery = ("-m", "celery", "-A", "workers.main")
    return ProcessTable(
        services={
            "api": (
                *("-m", "granian", "--interface", "wsgi", "--workers", str(_API_WORKERS)),
                *("--blocking-threads", str(_API_THREADS)),
                *("--respawn-failed-workers", "--respawn-interval", "0.5"),
                *("--host", host, "--port", str(port), "wsgi:app"),
            ),
            "worker": (
                *(*celery, "worker", "--concurrency", str(_WORKER_PROCESSES)),
                *("-Q", ",".join(_QUEUES), "-O", "fair"),
            ),
            "beat": (*celery, "beat", "-s", beat_schedule),
            "relay": ("-m", "workers.relay"),
        },
        migrate=("-m", "tthc", "migrate"),
        demonstrate=(
            *("-m", "tthc", "demo", "--if-empty"),
            *("--communes", "5", "--dossiers", "2000", "--seed", "1"),
        ),
        list_users=("-m", "tthc", "user", "demo-list"),
    )
