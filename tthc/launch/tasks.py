"""Children that do one thing and end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tthc.launch.errors import LaunchError
from tthc.launch.kept import last_lines
from tthc.launch.progress import Ticker
from tthc.launch.stopping import StopRequest
from tthc.launch.supervisor import rotate, spawn

_LOOK_SECONDS = 0.05
_WARM_SECONDS = 10.0
_LOG_LINES = 20


class StoppedError(Exception):
    """Somebody asked to stop while something was being prepared."""


class Tasks:
    """Runs such children for one start, with one environment, until somebody stops it."""

    def __init__(
        self, python: str, root: Path, environment: Mapping[str, str], stop: StopRequest
    ) -> None:
        self._python = python
        self._root = root
        self._environment = environment
        self._stop = stop

    def run_quietly(self, title: str, command: Sequence[str], log: Path) -> None:
        """Run a command with its output in a log and one line of progress on the terminal.

        Raises LaunchError with the end of the log when it fails, StoppedError on a stop.
        """
        rotate(log)
        ticker = Ticker(title)
        ticker.announce()
        with log.open("wb") as output:
            process = spawn((self._python, *command), self._environment, self._root, output=output)
            status = self._wait(process, ticker)
        ticker.close("✗" if status else "✓")
        if status:
            raise LaunchError(f"{title} failed. The end of {log}:\n{last_lines(log, _LOG_LINES)}")

    def run_openly(self, command: Sequence[str]) -> int:
        """Run a command that writes to the terminal itself; its exit status."""
        process = spawn((self._python, *command), self._environment, self._root)
        return self._wait(process, None)

    def _wait(self, process: subprocess.Popen[bytes], ticker: Ticker | None) -> int:
        while process.poll() is None:
            if self._stop.is_made():
                _end(process)
                raise StoppedError
            if ticker is not None:
                ticker.tell()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
        return process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_WARM_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
