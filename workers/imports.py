"""The queue ``imports``: files handed in are taken over one after another."""

from __future__ import annotations

from datetime import timedelta

from tthc.jobs.importing import run_pending
from workers.context import Doors
from workers.turns import Periodic


def take_over(doors: Doors) -> int:
    """Work on what is pending; return how much was done."""
    return run_pending(doors.sessions(), clock=doors.clock)


TAKE_OVER = Periodic("imports.take_over", timedelta(seconds=10), take_over)
