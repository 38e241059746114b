"""Private servers and a filled register, copied afresh for each scenario."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from bench.faults.database import Database
from bench.fill import ensure_filled
from bench.ground import Filling, administrator
from tthc.launch.postgres import EmbeddedPostgres
from tthc.launch.valkey import EmbeddedValkey

TEMPLATE = "tthc"
LOOK_SECONDS = 0.05


class FaultError(Exception):
    """A scenario cannot go on: what should have happened did not."""


class Stand:
    """PostgreSQL and Valkey under one home, revived as ``up`` revives them."""

    def __init__(self, home: Path, dossiers: int) -> None:
        self.home = home
        self.postgres = EmbeddedPostgres(home)
        self.valkey = EmbeddedValkey(home)
        self._dossiers = dossiers
        self._is_queue_away = False
        self.filling: Filling

    def start(self) -> None:
        url = self.postgres.start()
        self.valkey.start()
        self.filling = ensure_filled(self.home, url, self._dossiers).filling

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()

    def tend(self) -> None:
        """Start again what died and was given up by its keeper."""
        self.postgres.revive()
        if not self._is_queue_away:
            self.valkey.revive()

    def take_queue_away(self) -> None:
        """Stop Valkey in good order; it stays away until it is brought back."""
        self._is_queue_away = True
        self.valkey.stop()

    def bring_queue_back(self) -> None:
        """Start Valkey again."""
        self.valkey.start()
        self._is_queue_away = False

    @property
    def queue_process(self) -> int:
        """Process number of the queue's server."""
        keeper = (self.home / "locks" / "valkey" / "keeper.lock").read_text(encoding="ascii")
        return children_of(int(keeper))[0]

    @contextmanager
    def queue(self) -> Iterator[Redis]:
        """Give a connection to the queue."""
        address = self.valkey.url.removeprefix("unix://")
        client = Redis(unix_socket_path=address, socket_timeout=5)
        try:
            yield client
        finally:
            client.close()

    @property
    def postmaster(self) -> int:
        """Process number of the database server."""
        lines = (self.postgres.data / "postmaster.pid").read_text(encoding="utf-8")
        return int(lines.splitlines()[0])

    def stop_postgres_at_once(self) -> None:
        """Stop PostgreSQL as ``pg_ctl -m immediate`` does: no checkpoint, nothing written out."""
        os.kill(self.postmaster, signal.SIGQUIT)

    @contextmanager
    def database(self, name: str) -> Iterator[Database]:
        """Give a fresh copy of the filled register, dropped afterwards."""
        copy = f"{TEMPLATE}_{name}"
        with administrator(self.home, self.postgres.url, "postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)".encode())
            connection.execute(
                f"CREATE DATABASE {copy} TEMPLATE {TEMPLATE} STRATEGY file_copy".encode()
            )
            connection.execute(f"ALTER DATABASE {copy} OWNER TO {TEMPLATE}".encode())
        try:
            url = self.postgres.url.replace(f"/{TEMPLATE}?", f"/{copy}?")
            yield Database(self.home, url)
        finally:
            with administrator(self.home, self.postgres.url, "postgres") as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)".encode())


def children_of(pid: int) -> list[int]:
    """Return the process numbers of what a process started itself."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(number) for number in path.read_text(encoding="ascii").split()]
    except OSError:
        return []


@contextmanager
def standing(home: Path, dossiers: int) -> Iterator[Stand]:
    """Give a stand for the length of a block."""
    stand = Stand(home, dossiers)
    try:
        stand.start()
        yield stand
    finally:
        stand.stop()


def until(
    is_so: Callable[[], bool], seconds: float, *, tend: Callable[[], None], what: str = ""
) -> float:
    """Wait until something is so, tending meanwhile; return the seconds that took.

    Raises:
        FaultError: it was not so in time.
    """
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > seconds:
            raise FaultError(f"not within {seconds:.0f} s: {what}")
        tend()
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - begun


def pause(seconds: float, *, tend: Callable[[], None]) -> None:
    """Let time go by, tending meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        tend()
        time.sleep(LOOK_SECONDS)
