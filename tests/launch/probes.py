"""Ways to look at processes and servers from outside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import psycopg


def query(url: str, statement: str) -> tuple[object, ...]:
    """First row that a statement gives."""
    address = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return tuple(cursor.fetchone() or ()) if cursor.description else ()


def is_alive(number: int) -> bool:
    """Tell whether a process runs; one that only waits to be collected does not."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in {"Z", "X"}


def processes_with(text: str) -> list[int]:
    """Numbers of the running processes, but this one, whose command line has the text."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and int(entry) != os.getpid() and is_alive(int(entry)):
            try:
                line = Path("/proc", entry, "cmdline").read_bytes()
            except OSError:
                continue
            if text.encode() in line:
                found.append(int(entry))
    return found


def eventually(claim: Callable[[], object], seconds: float = 20.0) -> bool:
    """Tell whether the claim comes true within the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if claim():
            return True
        time.sleep(0.05)
    return False
