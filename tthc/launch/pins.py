"""What a lock file asks for, and whether a folder of packages answers it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^\s;\\]+)(?P<marker>\s*;)?"
)
_INSTALLED = re.compile(r"^(?P<name>.+?)-(?P<version>[^-]+)\.dist-info$")

_RUNTIME_LOCK = "requirements.txt"
_TEST_LOCK = "requirements-test.txt"
_TEST_COMMANDS = frozenset({"test", "check"})


def lock_names(command: str | None) -> tuple[str, ...]:
    """Name the locks that serve a command, the one to install first."""
    if command in _TEST_COMMANDS:
        return (_TEST_LOCK,)
    return (_RUNTIME_LOCK, _TEST_LOCK)


def lock_digest(lock: Path) -> str:
    """Digest of a lock file: equal digests ask for equal packages."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def normal_name(name: str) -> str:
    """Spell a package name as the packaging standard compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(lock: Path) -> dict[str, tuple[str, bool]]:
    """Map each pinned package to its version and whether every machine needs it.

    A pin with an environment marker is optional here: the installer decides about it.
    """
    pins: dict[str, tuple[str, bool]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if found := _PIN.match(line):
            version, always = found["version"], found["marker"] is None
            pins[normal_name(found["name"])] = (version, always)
    return pins


def installed_versions(folders: list[str]) -> dict[str, str]:
    """Map each package installed in the folders to its version; the first folder wins."""
    found: dict[str, str] = {}
    for folder in folders:
        if not os.path.isdir(folder):
            continue
        for entry in os.listdir(folder):
            if match := _INSTALLED.match(entry):
                found.setdefault(normal_name(match["name"]), match["version"])
    return found


def unmet_pins(lock: Path, folders: list[str]) -> list[str]:
    """List the packages of a lock that are absent from the folders or of another version."""
    installed = installed_versions(folders)
    return sorted(
        name
        for name, (version, always) in read_pins(lock).items()
        if installed.get(name, None if always else version) != version
    )
