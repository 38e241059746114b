"""`up`: everything from nothing, until somebody stops it."""

from __future__ import annotations

import argparse
import errno
import http.client
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tthc.launch.context import Launch
from tthc.launch.errors import LaunchError
from tthc.launch.first_start import ensure_demonstration
from tthc.launch.kept import last_lines
from tthc.launch.locks import FileLock
from tthc.launch.places import ensure_home
from tthc.launch.processes import API_PORT, ProcessTable, process_table
from tthc.launch.progress import say, step
from tthc.launch.servers import Servers, running_servers
from tthc.launch.stopping import StopRequest
from tthc.launch.supervisor import Child, Supervisor, complaint
from tthc.launch.tasks import StoppedError, Tasks

_HEALTHY_SECONDS = 60.0
_ANSWER_SECONDS = 2.0
_LOOK_SECONDS, _FIRST_LOOK_SECONDS = 0.25, 0.05
_LOG_LINES = 20
_HTTP_OK = 200
_LAST_PORT = 65535
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - to ask itself


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line of `up` says."""

    host: str
    port: int
    demonstration: bool

    @property
    def address(self) -> str:
        """Address to type into a browser on this machine."""
        host = _EVERYWHERE.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the arguments of `up`; wrong ones end the program with a message and status 2."""
    parser = argparse.ArgumentParser(prog="python3 -m tthc up", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=API_PORT, type=int, help="port to listen on")
    parser.add_argument("--no-demo", action="store_true", help="begin without demonstration data")
    given = parser.parse_args(list(arguments))
    if not 1 <= given.port <= _LAST_PORT:
        parser.error(f"--port must lie between 1 and {_LAST_PORT}")
    return Options(given.host, given.port, demonstration=not given.no_demo)


def up(launch: Launch, options: Options, table: ProcessTable | None = None) -> int:
    """Run the application, or another table's processes, until Ctrl-C or SIGTERM; exit status.

    Raises LaunchError when it cannot start or go on; nothing is left running then.
    """
    begun, stop = time.monotonic(), StopRequest()
    with _only_one(ensure_home(launch.home), options):
        _refuse_taken_port(options)
        stop.listen()
        try:
            with running_servers(launch) as servers:
                application = _Application(launch, options, servers, stop=stop, begun=begun)
                application.run(table or _usual_table(options, launch.home))
        except StoppedError:
            pass
    say("Everything has stopped.")
    return 0


def _usual_table(options: Options, home: Path) -> ProcessTable:
    return process_table(host=options.host, port=options.port, beat_schedule=str(home / "beat"))


class _Application:
    """One run of the application over servers that answer."""

    def __init__(
        self, launch: Launch, options: Options, servers: Servers, *, stop: StopRequest, begun: float
    ) -> None:
        self._launch = launch
        self._options = options
        self._servers = servers
        self._stop = stop
        self._begun = begun
        self._environment = launch.child_environment(servers.database_url, servers.redis_url)
        self._tasks = Tasks(launch.python, launch.root, self._environment, stop)

    def run(self, table: ProcessTable) -> None:
        """Prepare the database, then run the services until somebody asks to stop."""
        self._prepare(table)
        self._serve(table)

    def _prepare(self, table: ProcessTable) -> None:
        """Bring the database up to date, and at the very first start fill it."""
        logs = self._launch.home / "log"
        self._tasks.run_quietly(
            "Bringing the database up to date", table.migrate, logs / "migrate.log"
        )
        if self._options.demonstration and self._launch.environment == "trial":
            note = self._launch.home / "demonstrated"
            ensure_demonstration(note, self._servers.data, self._tasks, table.demonstrate)

    def _serve(self, table: ProcessTable) -> None:
        children = [self._child(name, command) for name, command in table.services.items()]
        supervisor = Supervisor(children, self._stop)
        try:
            with step("Starting the application"):
                supervisor.start()
                self._wait_until_healthy(supervisor)
            self._tell(table)
            while not self._stop.is_made():
                self._look(supervisor)
        finally:
            say()
            with step("Stopping"):
                supervisor.stop()

    def _child(self, name: str, command: Sequence[str]) -> Child:
        log = self._launch.home / "log" / f"{name}.log"
        return Child(
            name, (self._launch.python, *command), self._environment, self._launch.root, log
        )

    def _wait_until_healthy(self, supervisor: Supervisor) -> None:
        until = time.monotonic() + _HEALTHY_SECONDS
        while not _is_healthy(self._options):
            if self._stop.is_made():
                raise StoppedError
            if time.monotonic() > until:
                log = self._launch.home / "log" / "api.log"
                raise LaunchError(
                    f"{self._options.address}/health/live does not answer. "
                    f"The end of {log}:\n{last_lines(log, _LOG_LINES)}"
                )
            self._look(supervisor, _FIRST_LOOK_SECONDS)

    def _look(self, supervisor: Supervisor, seconds: float = _LOOK_SECONDS) -> None:
        fallen = supervisor.look()
        if fallen is not None:
            raise LaunchError(complaint(fallen))
        self._servers.revive()
        self._stop.wait(seconds)

    def _tell(self, table: ProcessTable) -> None:
        """Say where everything is, with a demonstration user for each role."""
        address, home = self._options.address, self._launch.home
        say(f"\nReady in {time.monotonic() - self._begun:.1f} s")
        say(f"  Address        {address}/")
        say(f"  Documentation  {address}/docs")
        say(f"  Database       {self._servers.data or 'as DATABASE_URL says'}")
        say(f"  Mail           {(self._launch.smtp_url and 'as SMTP_URL says') or home / 'outbox'}")
        say(f"  Logs           {home / 'log'}")
        if self._launch.environment == "trial":
            say()
            self._tasks.run_openly(table.list_users)
        say("\nCtrl-C stops everything and keeps the data.")


def _only_one(home: Path, options: Options) -> FileLock:
    """Hold the lock that says this home is up; refuse when another process holds it."""
    lock = FileLock(home / "locks" / "up.lock")
    if not lock.try_take():
        note = lock.read()
        lock.release()
        raise LaunchError(f"Already up: {note}. Stop that one first, or set another TTHC_HOME.")
    lock.write(f"{options.address}, process {os.getpid()}")
    return lock


def _refuse_taken_port(options: Options) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = "is taken by another program" if error.errno == errno.EADDRINUSE else str(error)
        raise LaunchError(
            f"Port {options.port} of {options.host} {reason}: choose another with --port."
        ) from error


def _is_healthy(options: Options) -> bool:
    host = _EVERYWHERE.get(options.host, options.host)
    connection = http.client.HTTPConnection(host, options.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == _HTTP_OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
