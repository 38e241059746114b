"""The queue ``sweeps``: what is due or late is found within a minute."""

from __future__ import annotations

from datetime import timedelta

from tthc.jobs.sweeping import SweepReport
from tthc.jobs.sweeping import sweep as sweep_pages
from tthc.services.watch import SWEEP_TASK
from workers.context import Doors
from workers.turns import Periodic


def sweep(doors: Doors) -> SweepReport:
    """Raise every alert that is due and not raised yet."""
    return sweep_pages(doors.sessions(), clock=doors.clock)


SWEEP = Periodic(SWEEP_TASK, timedelta(minutes=1), sweep)
