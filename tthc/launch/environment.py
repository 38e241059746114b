"""The virtual environment beside the code: made from the hashed lock, kept, repaired."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import site
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tthc.launch.errors import LaunchError
from tthc.launch.installing import run_installer
from tthc.launch.locks import held
from tthc.launch.pins import lock_digest, lock_names, unmet_pins
from tthc.launch.pip_source import PipSource, fetch_pip
from tthc.launch.progress import say, step

_STAMP = "tthc-lock.json"
_UNFINISHED = "tthc-unfinished"


@dataclass(frozen=True, slots=True)
class Environment:
    """A project folder and the virtual environment that belongs to it."""

    root: Path

    @property
    def folder(self) -> Path:
        """The environment's folder."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "bin" / "python"

    def is_running(self) -> bool:
        """Tell whether this very process runs in the environment."""
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def packages(self) -> list[str]:
        """Folders where the environment keeps its packages."""
        return [str(folder) for folder in self.folder.glob("lib/python3*/site-packages")]

    def is_ready(self, command: str | None) -> bool:
        """Tell in a few milliseconds whether the command finds all it needs here."""
        if (self.folder / _UNFINISHED).exists() or not os.access(self.python, os.X_OK):
            return False
        stamp = _read_stamp(self.folder / _STAMP)
        if self.is_running() and stamp.get("python") != _python_version():
            return False
        for name in lock_names(command):
            lock = self.root / name
            if stamp.get("lock") == lock_digest(lock):
                return not unmet_pins(lock, self.packages())
        return False


def enter(environment: Environment, arguments: list[str], environ: Mapping[str, str]) -> None:
    """Return when this process has all it needs; else go on in the environment's Python.

    The environment is made or repaired first if need be. Two starts at once wait for each other.
    An interpreter that already has every pinned package, as in a container image, is taken as is.
    """
    command = arguments[0] if arguments else None
    if not environment.is_ready(command):
        if _suffices(environment, command):
            return
        try:
            with held(environment.root / lock_names(command)[0]):
                if not environment.is_ready(command):
                    _make(environment, command, environ)
                    _confirm(environment, command)
        except OSError as error:
            raise LaunchError(f"{environment.folder} cannot be made: {error}") from error
    elif environment.is_running():
        return
    _go_on(environment, arguments)


def _confirm(environment: Environment, command: str | None) -> None:
    """Refuse to start over and over in an environment that cannot be completed."""
    missing = unmet_pins(environment.root / lock_names(command)[0], environment.packages())
    if missing:
        raise LaunchError(f"Installed, but still missing: {', '.join(missing)}. Remove .venv.")


def _suffices(environment: Environment, command: str | None) -> bool:
    lock = environment.root / lock_names(command)[0]
    if not lock.is_file():
        raise LaunchError(f"{lock} is missing: run from a complete copy of the project.")
    if environment.is_running() and (environment.folder / _UNFINISHED).exists():
        return False
    return not unmet_pins(lock, [*site.getsitepackages(), site.getusersitepackages()])


def _go_on(environment: Environment, arguments: list[str]) -> None:
    python = str(environment.python)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(python, [python, "-m", "tthc", *arguments])  # noqa: S606 - same program, no shell


def _make(environment: Environment, command: str | None, environ: Mapping[str, str]) -> None:
    folder, lock = environment.folder, environment.root / lock_names(command)[0]
    source = PipSource.configured(environ)
    if _is_broken(environment):
        say("The virtual environment is unfinished or broken: making it anew.")
        folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
    if not folder.exists():
        with step(f"Making the virtual environment {folder}"):
            folder.mkdir(parents=True)
            (folder / _UNFINISHED).touch()
            venv.EnvBuilder(symlinks=True, with_pip=False, clear=False).create(folder)
    (folder / _UNFINISHED).touch()
    with tempfile.TemporaryDirectory(prefix="tthc-pip-") as scratch:
        _install(environment, lock, source, Path(scratch))
    stamp = {"lock": lock_digest(lock), "python": _python_version()}
    (folder / _STAMP).write_text(json.dumps(stamp), encoding="utf-8")
    (folder / _UNFINISHED).unlink()


def _install(environment: Environment, lock: Path, source: PipSource, scratch: Path) -> None:
    """Install with uv where it is at hand and works, else with pip."""
    python = str(environment.python)
    uv = shutil.which("uv")
    common = ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    if uv:
        command = [uv, "pip", "install", "--python", python, *source.uv_arguments(), *common]
        failure = run_installer(command, lock, "uv")
        if failure is None:
            return
        say(f"uv did not manage it ({failure.strip().splitlines()[-1:]}); going on with pip.")
    pip = _pip_command(python, source, scratch)
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    failure = run_installer([*pip, "install", *quiet, *common], lock, "pip")
    if failure is not None:
        raise LaunchError(
            f"The packages could not be installed. Last lines of pip:\n{failure}\n"
            "Check the network, or set PIP_INDEX_URL to a reachable index, then start again."
        )


def _pip_command(python: str, source: PipSource, scratch: Path) -> list[str]:
    if _runs([python, "-m", "pip", "--version"]):
        return [python, "-m", "pip"]
    bundled = importlib.util.find_spec("ensurepip") is not None
    if bundled and _runs([python, "-m", "ensurepip", "--default-pip"]):
        return [python, "-m", "pip"]
    with step("Fetching pip, which this Python lacks"):
        wheel = fetch_pip(source, scratch)
    return [python, str(wheel / "pip")]


def _is_broken(environment: Environment) -> bool:
    folder = environment.folder
    if not os.path.lexists(folder):
        return False
    if (folder / _UNFINISHED).exists() or not (folder / "pyvenv.cfg").is_file():
        return True
    stamp = _read_stamp(folder / _STAMP)
    probe = "import sys, encodings; print('%d.%d' % sys.version_info[:2])"
    answer = (
        subprocess.run(
            [str(environment.python), "-c", probe], capture_output=True, text=True, check=False
        )
        if environment.python.exists()
        else None
    )
    if answer is None or answer.returncode:
        return True
    made_for = {
        Path(folder).parent.name.removeprefix("python") for folder in environment.packages()
    }
    version = answer.stdout.strip()
    return stamp.get("python", version) != version or version not in made_for


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _read_stamp(path: Path) -> dict[str, str]:
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
