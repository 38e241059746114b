"""The embedded PostgreSQL: a real server on a socket, shared by all commands of one home."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tthc.launch.account import Account
from tthc.launch.keeper import Plan
from tthc.launch.kept import KeptServer
from tthc.launch.locks import held
from tthc.launch.pg_cluster import DATABASE, Cluster, prepare_cluster, server_environment
from tthc.launch.places import ensure_home, socket_folder, stand_in

_NAME = "pg"
_PORT = 5432  # part of the socket's name; no port is opened
_SOCKET_LINE, _STATUS_LINE = 4, 7  # of postmaster.pid, counted from 0
_SPEEDY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SAFE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")


class EmbeddedPostgres:
    """The PostgreSQL server of one home folder, as one process sees it."""

    def __init__(self, home: Path, *, throwaway: bool = False) -> None:
        self._home = ensure_home(home).resolve()
        self._throwaway = throwaway
        self._cluster: Cluster | None = None
        self._server: KeptServer | None = None

    @property
    def data(self) -> Path:
        """Folder where the data lie; known once started."""
        return self._prepared().data

    @property
    def url(self) -> str:
        """Address of the database, for SQLAlchemy; valid once started."""
        sockets = _postmaster_lines(self.data)[_SOCKET_LINE]
        password = self._prepared().password
        return f"postgresql+psycopg://{DATABASE}:{password}@/{DATABASE}?host={quote(sockets)}"

    def start(self) -> str:
        """Join the running server or start it, making the database at the first time."""
        locks = self._home / "locks" / "postgres"
        with held(locks / "making.lock"):
            self._cluster = prepare_cluster(self._home, durable=not self._throwaway)
        log = self._home / "log" / "postgres.log"
        self._server = KeptServer(locks, log, is_ready=self._is_ready, plan=self._plan)
        self._server.join()
        return self.url

    def revive(self) -> bool:
        """Start the server again if its keeper has gone; True when that was needed."""
        if self._server is None or self._server.is_running():
            return False
        self._server.join()
        return True

    def stop(self) -> None:
        """Give the share back; the server stops when it was the last one."""
        if self._server is not None:
            self._server.leave()
            self._server = None

    def _is_ready(self) -> bool:
        lines = _postmaster_lines(self.data)
        ready = len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"
        return ready and _is_postgres(lines[0])

    def _plan(self) -> Plan:
        cluster = self._prepared()
        sockets = _socket_folder(self._home, cluster.account)
        _forget_stale_process(cluster.data)
        command = [cluster.binaries.path("postgres"), "-D", str(cluster.data)]
        for setting in (
            "listen_addresses=",
            f'unix_socket_directories="{sockets}"',
            f"port={_PORT}",
            "unix_socket_permissions=0700",
            "timezone=UTC",
            "log_timezone=UTC",
            *(_SPEEDY if self._throwaway else _SAFE),
        ):
            command += ["-c", setting]
        return Plan(
            command=command,
            place=str(self._home / "locks" / "postgres"),
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
            uid=cluster.account.uid,
            gid=cluster.account.gid,
            environment=server_environment(),
            remove=[str(socket_folder(self._home, _NAME)), *self._vanishing()],
        )

    def _vanishing(self) -> list[str]:
        return [str(self._home), str(stand_in(self._home))] if self._throwaway else []

    def _prepared(self) -> Cluster:
        if self._cluster is None:
            raise RuntimeError("the server has not been started")
        return self._cluster


@contextmanager
def running_postgres(home: Path) -> Iterator[str]:
    """Give the address of the home's database for the length of a block.

    The server is started if nothing runs and stopped by the last one to leave. Nothing is migrated.
    """
    server = EmbeddedPostgres(home)
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Give the address of an empty database that vanishes afterwards; quick, not durable."""
    home = Path(tempfile.mkdtemp(prefix="tthc-test-"))
    home.chmod(0o711)
    server = EmbeddedPostgres(home, throwaway=True)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _socket_folder(home: Path, account: Account) -> Path:
    """A folder of the server's own account: nobody else can offer a socket in its place."""
    folder = socket_folder(home, _NAME)
    if not account.is_other:
        return folder
    own = folder / "own"
    own.mkdir(mode=0o700, exist_ok=True)
    account.give(own)
    return own


def _postmaster_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _is_postgres(number: str) -> bool:
    """Tell whether the process runs and is a PostgreSQL server, as far as the system can say."""
    if not Path("/proc/self/comm").exists():
        return True
    try:
        return Path("/proc", number.strip(), "comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _forget_stale_process(data: Path) -> None:
    """Remove the note of a server that was killed, when its number now names another program.

    PostgreSQL itself refuses to start then, because it cannot tell.
    """
    lines = _postmaster_lines(data)
    if lines and not _is_postgres(lines[0]):
        (data / "postmaster.pid").unlink(missing_ok=True)
