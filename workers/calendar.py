"""The queue ``calendar``: what a change of the calendar moves, looked at and then moved."""

from __future__ import annotations

from datetime import timedelta

from tthc.jobs.campaigning import run_waiting
from workers.context import Doors
from workers.turns import Periodic


def campaign(doors: Doors) -> int:
    """Work on what waits; return how many dossiers were looked at."""
    return run_waiting(doors.sessions(), clock=doors.clock)


CAMPAIGN = Periodic("calendar.campaign", timedelta(seconds=10), campaign)
