"""The queue ``audit``: what was committed is linked in seconds, all chains are signed hourly."""

from __future__ import annotations

from datetime import timedelta

from tthc.jobs.auditing import anchor_all, link_recent
from workers.context import Doors
from workers.turns import Periodic


def link(doors: Doors) -> int:
    """Link what was committed since the last turn; return how many links were made."""
    return link_recent(doors.sessions(), doors.audit, clock=doors.clock) if doors.audit else 0


def anchor(doors: Doors) -> str:
    """Sign all chains and write that outside the database; return which anchor it is."""
    if doors.audit is None:
        return ""
    made = anchor_all(doors.sessions(), doors.audit, clock=doors.clock)
    return f"anchor {made.number} at {made.position}"


LINK = Periodic("audit.link", timedelta(seconds=10), link)
ANCHOR = Periodic("audit.anchor", timedelta(hours=1), anchor)
