"""Waiting until nobody else works on the machine, for a while."""

from __future__ import annotations

import time
from pathlib import Path

STAT = Path("/proc/stat")
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
QUIET = 0.1
IDLE, WAITING = 3, 4


def wait_for_quiet() -> float:
    """Return the share of the machine that others use, once it is small or patience is over.

    Where the system does not say, it is taken to be 0.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        share = busy_share()
        if share < QUIET or time.monotonic() > until:
            return share


def busy_share() -> float:
    """Return how busy the processors were during one second."""
    if not STAT.exists():
        return 0.0
    before = jiffies()
    time.sleep(LOOK_SECONDS)
    spent = [after - then for then, after in zip(before, jiffies(), strict=True)]
    return 1 - (spent[IDLE] + spent[WAITING]) / max(1, sum(spent))


def jiffies() -> list[int]:
    first, _, _ = STAT.read_text(encoding="ascii").partition("\n")
    return [int(number) for number in first.split()[1:]]
