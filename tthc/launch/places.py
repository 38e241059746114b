"""Where embedded state lies: folders, socket folders and kept secrets."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

from tthc.launch.account import Account
from tthc.launch.errors import LaunchError

_OUTSIDE = Path("/var/lib/tthc")  # root's place for what another account must reach
_LONGEST_SOCKET_FOLDER = 80  # a socket's path ends at 107 bytes; leave room for its name
_SECRET_BYTES = 32


def digest(path: Path) -> str:
    """Short name for a folder, the same in every process."""
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]


def ensure_home(home: Path) -> Path:
    """Make the folder of embedded state, writable by this user, and return it."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LaunchError(f"{home} cannot be made: {error}. Set TTHC_HOME to another.") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise LaunchError(f"{home} is not writable for this user. Set TTHC_HOME to another folder.")
    return home


def stand_in(folder: Path) -> Path:
    """Name the place outside all homes that stands in for a folder others cannot reach."""
    return _OUTSIDE / digest(folder)


def reachable_place(folder: Path, account: Account) -> Path:
    """Return the folder, or a stand-in outside when closed folders hide it from the account.

    We never open a closed home folder to let a server through.
    """
    if account.can_reach(folder):
        return folder
    place = stand_in(folder)
    for made in (_OUTSIDE, place):
        made.mkdir(parents=True, exist_ok=True)
        if made.stat().st_uid != 0:
            raise LaunchError(f"{made} does not belong to root: it is not safe to use.")
        made.chmod(0o755)
    return place


def socket_folder(home: Path, server: str) -> Path:
    """Make and return the short folder for the socket of one server of this home and user.

    Raises LaunchError when somebody else planted it.
    """
    base = Path(tempfile.gettempdir()).resolve()
    if len(str(base)) > _LONGEST_SOCKET_FOLDER - 32:
        base = Path("/tmp")  # noqa: S108 - the owner is checked below
    folder = base / f"tthc-{os.geteuid()}-{digest(home)}-{server}"
    mode = 0o711 if os.geteuid() == 0 else 0o700
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=mode)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LaunchError(f"{folder} belongs to somebody else: remove it, or set TMPDIR.")
    folder.chmod(mode)
    return folder


def kept_secret(path: Path) -> str:
    """Read a secret from a file only this user can read; make it up at the first time."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(_SECRET_BYTES))
    return path.read_text(encoding="ascii").strip()
