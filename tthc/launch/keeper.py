"""A small process that keeps one server running as long as somebody holds a share in it.

Every user of the server holds a shared lock on one file. The keeper stops the server when it
can have that lock alone, so that no server outlives its users, even those killed outright; and
the server is told to stop should the keeper itself be killed. Run as a program of its own:

    python -m tthc.launch.keeper PLAN_AS_JSON
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from tthc.launch.account import Account
from tthc.launch.locks import FileLock
from tthc.launch.parting import dies_with_parent

_POLL_SECONDS = 0.2
_STOP_SECONDS = 60
_TRIES = 6
_STEADY_SECONDS = 30.0
_FAILED, _ALREADY_KEPT = 1, 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What to keep running, on whose behalf, and how to stop it.

    Args:
        command: The server and its arguments.
        place: Folder of the lock files `users.lock` and `keeper.lock`.
        stop_signal: Number of the signal that makes the server stop in good order.
        uid: Account to run under, or None for the present one.
        gid: Its group.
        environment: Environment of the server.
        remove: Folders that are removed at the end.
    """

    command: list[str]
    place: str
    stop_signal: int
    uid: int | None = None
    gid: int | None = None
    environment: dict[str, str] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)

    def to_json(self) -> str:
        """Write the plan as the keeper's one argument."""
        return json.dumps(asdict(self))


class Keeper:
    """Runs the server of a plan, restarts it when it dies, stops it when nobody uses it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._users = FileLock(Path(plan.place, "users.lock"))
        self._asked_to_stop = False

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Remember a wish to stop; the server is stopped at the next look."""
        self._asked_to_stop = True

    def keep(self) -> int:
        """Keep the server until its last user has gone; the exit status to end with."""
        tries = 0
        while not self._is_over():
            begun = time.monotonic()
            server = self._start()
            while server.poll() is None and not self._is_over():
                time.sleep(_POLL_SECONDS)
            if server.poll() is None:
                self._stop(server)
                break
            tries = 1 if time.monotonic() - begun > _STEADY_SECONDS else tries + 1
            _log(f"the server ended with status {server.returncode}, try {tries} of {_TRIES}")
            if tries >= _TRIES:
                return _FAILED
            self._wait(0.1 * 2**tries)
        return 0

    def _is_over(self) -> bool:
        return self._asked_to_stop or self._users.try_take()

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_over():
            time.sleep(_POLL_SECONDS / 2)

    def _start(self) -> subprocess.Popen[bytes]:
        plan = self._plan
        other = Account(plan.uid, plan.gid).subprocess_arguments()
        server: subprocess.Popen[bytes] = subprocess.Popen(
            plan.command,
            cwd="/",
            env=plan.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            umask=0o077,
            preexec_fn=dies_with_parent(plan.stop_signal),  # noqa: PLW1509 - one thread here
            **other,
        )
        return server

    def _stop(self, server: subprocess.Popen[bytes]) -> None:
        server.send_signal(self._plan.stop_signal)
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _log("the server does not stop: it is killed")
            server.send_signal(signal.SIGQUIT)
            server.wait()


def main(arguments: list[str]) -> int:
    """Keep the server of the plan given as the one argument."""
    plan = Plan(**json.loads(arguments[0]))
    own = FileLock(Path(plan.place, "keeper.lock"))
    if not _taken_soon(own):
        return _ALREADY_KEPT
    own.write(str(os.getpid()))
    keeper = Keeper(plan)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, keeper.ask_to_stop)
    status = keeper.keep()
    for folder in plan.remove:
        shutil.rmtree(folder, ignore_errors=True)
    return status


def _taken_soon(lock: FileLock) -> bool:
    """Take the lock, bearing with those who touch it for an instant to see whether it is held."""
    for _ in range(20):
        if lock.try_take():
            return True
        time.sleep(0.05)
    return False


def _log(text: str) -> None:
    print(f"keeper: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
