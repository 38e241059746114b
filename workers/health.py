"""What a container asks of its process: ``python -m workers.health relay``, or ``beat SCHEDULE``.

Status 0 when it works, 1 with the reason when it does not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from config.clock import make_clock
from config.settings import Settings
from tthc.services.watch import SILENT_AFTER, watchers
from workers.context import Doors, make_doors

RINGS_AT_LEAST = timedelta(minutes=1)
"""The most frequent bell is rung each ten seconds."""


def sign_of(schedule: str) -> Path:
    """Return the file that beat touches after each bell; ``schedule`` is its schedule file."""
    return Path(f"{schedule}.rang")


def why_silent(watched: str, doors: Doors) -> str | None:
    """Return why ``sweep`` or ``relay`` counts as silent, None when it ended a turn in time."""
    try:
        with doors.sessions().begin() as session:
            is_heard = watchers(session, now=doors.clock())[watched]
    except SQLAlchemyError as error:
        return f"the database does not answer ({type(error).__name__})"
    return None if is_heard else f"{watched} ended no turn for {SILENT_AFTER}"


def why_no_bell(schedule: str, *, now: datetime) -> str | None:
    """Return why the beat of ``schedule`` counts as silent, None when it rang in time."""
    try:
        rang_at = datetime.fromtimestamp(sign_of(schedule).stat().st_mtime, UTC)
    except OSError:
        return "beat never rang"
    return None if now - rang_at <= RINGS_AT_LEAST else f"beat last rang at {rang_at:%H:%M:%S} UTC"


def main(arguments: Sequence[str]) -> int:
    """Ask, say what is wrong, and return the exit status."""
    watched, *rest = arguments
    if watched == "beat":
        reason = why_no_bell(*rest, now=make_clock()())
    else:
        reason = why_silent(watched, make_doors(Settings.from_env(os.environ)))
    if reason:
        sys.stderr.write(f"{reason}\n")
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
