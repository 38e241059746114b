"""The product's own processes, from the command table of ``up``, kept alive as it does."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.entry import ROOT
from bench.faults.database import Database
from bench.faults.stand import Stand, children_of
from bench.serving import PRODUCT, free_port
from tthc.launch.processes import process_table
from tthc.launch.stopping import StopRequest
from tthc.launch.supervisor import Child, Supervisor


class Crew:
    """Some processes of the application over one database and one number of the queue.

    Each has a process group of its own. What dies is started again after the pause that ``up``
    makes; unlike ``up`` it is never given up, but counted.
    """

    def __init__(self, stand: Stand, database: Database, *, queue: int = 0) -> None:
        self.stand = stand
        self.port = free_port()
        self.folder = stand.home / "crews" / database.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.outbox = self.folder / "outbox"
        self._schedule = self.folder / "beat"
        self.environment = os.environ | {
            "DATABASE_URL": database.url,
            "REDIS_URL": stand.valkey.url + (f"?virtual_host={queue}" if queue else ""),
            "SMTP_URL": f"file://{self.outbox}",
            "SECRET_KEY": "a key for breaking things, kept by nobody",
            "TTHC_ENV": "trial",
            "TTHC_HOME": str(self.folder),
            "TTHC_CLOCK": "system",
            "PYTHONUNBUFFERED": "1",
        }
        self.children: dict[str, Child] = {}
        self.deaths: Counter[str] = Counter()
        self._stop = StopRequest()

    def start(
        self,
        *names: str,
        command: Sequence[str] = (),
        application: str = PRODUCT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start processes; ``beat.2`` is a second beat, ``command`` runs in place of the table's.

        ``environment`` is set besides, such as another clock.
        """
        for name in names:
            arguments = command or self._command(name, application)
            child = Child(
                name,
                (sys.executable, *arguments),
                self.environment | dict(environment or {}),
                ROOT,
                self.folder / f"{name}.log",
            )
            self.children[name] = child
            child.start()

    def _command(self, name: str, application: str) -> list[str]:
        kind, _, number = name.partition(".")
        schedule = f"{self._schedule}{number}"
        table = process_table(host="127.0.0.1", port=self.port, beat_schedule=schedule)
        found = [application if part == PRODUCT else part for part in table.services[kind]]
        return [*found, "--hostname", f"{name}@here"] if kind == "worker" else found

    def tend(self) -> None:
        """Start again what has died, and the servers."""
        for child in self.children.values():
            if child.has_died():
                child.note_death()
                self.deaths[child.name] += 1
            if child.process is None and time.monotonic() >= child.not_before:
                child.start()
        self.stand.tend()

    def kill(self, name: str) -> None:
        """Kill a process and everything it started, without a word."""
        self.children[name].signal_group(signal.SIGKILL)

    def end(self, *names: str) -> None:
        """End processes in good order and do not start them again."""
        ended = [self.children.pop(name) for name in names]
        Supervisor(ended, self._stop).stop()

    def close(self) -> None:
        self._stop.close()

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def has_said(self, name: str, pattern: str) -> bool:
        return re.search(pattern, self.log(name)) is not None

    def below(self, name: str) -> list[int]:
        """Return the process numbers of the workers that a process started."""
        process = self.children[name].process
        return [] if process is None else [n for n in children_of(process.pid) if is_worker(n)]


def is_worker(pid: int) -> bool:
    """Tell a process that works from the one that watches over its resources."""
    try:
        return "resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return False


@contextmanager
def crew(stand: Stand, database: Database, *names: str, queue: int = 0) -> Iterator[Crew]:
    """Give a crew with these processes started, ended afterwards whatever happens."""
    made = Crew(stand, database, queue=queue)
    try:
        made.start(*names)
        yield made
    finally:
        made.end(*made.children)
        made.close()
