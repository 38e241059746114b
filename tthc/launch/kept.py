"""A share in a server that several processes use at once and the last one stops."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tthc.launch.errors import LaunchError
from tthc.launch.keeper import Plan
from tthc.launch.locks import FileLock, held, is_held

_START_SECONDS = 90.0
_STOP_SECONDS = 90.0
_LOG_LINES = 15
_REAP_SECONDS = 0.5
_PROJECT = Path(__file__).resolve().parents[2]

# Keepers may outlive the shares of the process that started them; it still has to reap them.
_STARTED: list[subprocess.Popen[bytes]] = []


class KeptServer:
    """One process's share in a server: held from `join` to `leave`.

    Args:
        place: Folder of the lock files that all users of the server agree on.
        log: File that gets what the server and its keeper write.
        is_ready: Tells whether the server answers.
        plan: Makes the plan to start it, called only when it must be started.
    """

    def __init__(
        self, place: Path, log: Path, *, is_ready: Callable[[], bool], plan: Callable[[], Plan]
    ) -> None:
        self._place = place
        self._log = log
        self._is_ready = is_ready
        self._plan = plan
        self._share: FileLock | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        """Tell whether a keeper looks after the server."""
        return is_held(self._place / "keeper.lock")

    def join(self) -> None:
        """Take a share and see that the server runs. Safe to do again to revive it."""
        if self._share is None:
            self._share = FileLock(self._place / "users.lock")
            self._share.share()
        try:
            with held(self._place / "gate.lock"):
                if not self.is_running():
                    self._start()
                self._wait_until_ready()
        except BaseException:  # Ctrl-C too gives the share back; all goes on up
            self.leave()
            raise

    def leave(self) -> None:
        """Give the share back; the last one to do so returns when the server has stopped."""
        share, self._share = self._share, None
        if share is None:
            return
        try:
            with held(self._place / "gate.lock"):
                if share.try_take() and self.is_running():
                    self._stop_keeper()
        finally:
            share.release()

    def _start(self) -> None:
        plan = self._plan()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-S", "-m", "tthc.launch.keeper", plan.to_json()],
                cwd=_PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _STARTED.append(self._keeper)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self._has_ended():
                raise LaunchError(self._complaint("did not start"))
            if time.monotonic() > until:
                raise LaunchError(self._complaint("is not ready"))
            time.sleep(0.02)

    def _has_ended(self) -> bool:
        if self._keeper is None or self._keeper.poll() is not None:
            return not self.is_running()
        return False

    def _stop_keeper(self) -> None:
        lock = FileLock(self._place / "keeper.lock")
        try:
            os.kill(int(lock.read()), signal.SIGTERM)
            until = time.monotonic() + _STOP_SECONDS
            while not lock.try_take():
                if time.monotonic() > until:
                    raise LaunchError(self._complaint("does not stop"))
                time.sleep(0.02)
        finally:
            lock.release()
        _reap()

    def _complaint(self, what: str) -> str:
        return f"A server {what}. The end of {self._log}:\n{last_lines(self._log, _LOG_LINES)}"


def _reap() -> None:
    """Collect keepers that ended; one that let go of its lock ends at once."""
    for keeper in _STARTED[:]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(_REAP_SECONDS)
            _STARTED.remove(keeper)


def last_lines(path: Path, count: int) -> str:
    """Return the last lines of a text file, or nothing when it is absent."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])
