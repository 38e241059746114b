"""Keeping a set of child processes alive until told to stop, then stopping them all."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tthc.launch.kept import last_lines
from tthc.launch.parting import dies_with_parent
from tthc.launch.progress import say
from tthc.launch.stopping import StopRequest

_WINDOW_SECONDS = 60.0
_MOST_DEATHS = 5
_WARM_SECONDS = 10.0
_LONGEST_PAUSE = 10.0
_LOG_LINES = 20
_KEPT_LOGS = 3


@dataclass(slots=True)
class Child:
    """One process to keep alive, with a log file and a process group of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)
    not_before: float = 0.0

    def start(self) -> None:
        """Start the process; it gets SIGTERM should this one vanish."""
        with self.log.open("ab") as log:
            self.process = spawn(self.command, self.environment, self.folder, output=log)

    def has_died(self) -> bool:
        """Tell whether the process was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def note_death(self) -> int:
        """Record an end, clear away what is left of its group; deaths in the last minute."""
        now = time.monotonic()
        self.signal_group(signal.SIGKILL)
        self.process = None
        self.deaths.append(now)
        while self.deaths and now - self.deaths[0] > _WINDOW_SECONDS:
            self.deaths.popleft()
        self.not_before = now + min(0.1 * 2.0 ** len(self.deaths), _LONGEST_PAUSE)
        return len(self.deaths)

    def signal_group(self, number: int) -> None:
        """Signal the process and everything it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def spawn(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    *,
    output: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that Ctrl-C reaches only the supervisor."""
    return subprocess.Popen(
        list(command),
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread here
    )


class Supervisor:
    """Starts children, restarts those that die, stops them all in the end."""

    def __init__(
        self, children: Sequence[Child], stop: StopRequest, *, warm_seconds: float = _WARM_SECONDS
    ) -> None:
        self._children = children
        self._stop = stop
        self._warm_seconds = warm_seconds

    def start(self) -> None:
        """Start every child, its log begun anew and the older ones kept."""
        for child in self._children:
            rotate(child.log)
            child.start()

    def look(self) -> Child | None:
        """Restart what has died; return a child that dies too often to go on."""
        for child in self._children:
            if child.has_died():
                status = child.process.returncode if child.process else 0
                count = child.note_death()
                if count > _MOST_DEATHS:
                    return child
                say(f"! {child.name} ended with status {status}; starting it again ({count})")
            if child.process is None and time.monotonic() >= child.not_before:
                child.start()
        return None

    def stop(self) -> None:
        """End every child: a request first, then force. Returns when none is left."""
        for child in self._children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        requests = self._stop.count
        until = time.monotonic() + self._warm_seconds
        while self._living() and time.monotonic() < until and self._stop.count == requests:
            time.sleep(0.02)
        for child in self._living():
            say(f"! {child.name} does not end by itself: it is killed")
        for child in self._children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def _living(self) -> list[Child]:
        return [c for c in self._children if c.process is not None and c.process.poll() is None]


def complaint(child: Child) -> str:
    """Say why a child is given up, with the end of its log."""
    return (
        f"{child.name} ended {len(child.deaths)} times within a minute. "
        f"The end of {child.log}:\n{last_lines(child.log, _LOG_LINES)}"
    )


def rotate(log: Path) -> None:
    """Begin a log anew; the last few are kept with a number."""
    log.parent.mkdir(parents=True, exist_ok=True)
    for number in range(_KEPT_LOGS, 0, -1):
        older = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number}"))
