"""Under which account a database server runs: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tthc.launch.errors import LaunchError

_UNPRIVILEGED = "nobody"
_UNPRIVILEGED_ID = 65534


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group to start servers under; both None means the present user."""

    uid: int | None = None
    gid: int | None = None

    @property
    def is_other(self) -> bool:
        """Tell whether it differs from the present user."""
        return self.uid is not None

    def subprocess_arguments(self) -> dict[str, Any]:
        """Arguments that make the subprocess module start a program under this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, path: Path) -> bool:
        """Tell whether the account may pass through the folder and all folders above it."""
        resolved = path.resolve()
        return not self.is_other or all(
            self._can_enter(folder.stat()) for folder in (resolved, *resolved.parents)
        )

    def _can_enter(self, folder: os.stat_result) -> bool:
        if folder.st_uid == self.uid:
            return bool(folder.st_mode & stat.S_IXUSR)
        if folder.st_gid == self.gid:
            return bool(folder.st_mode & stat.S_IXGRP)
        return bool(folder.st_mode & stat.S_IXOTH)

    def give(self, path: Path) -> None:
        """Hand a file or folder over to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def server_account(data: Path) -> Account:
    """Choose the account for the server of a data folder, which need not exist yet.

    The present user, unless that is root: then the folder's owner, or `nobody` for a new one.
    Raises LaunchError when the folder belongs to somebody this user cannot act for.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise LaunchError(
                f"{data} belongs to user {_user_name(owner)}: "
                "start as root, or set TTHC_HOME to a folder of your own."
            )
        return Account()
    if owner:
        return Account(owner, data.stat().st_gid)
    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        return Account(_UNPRIVILEGED_ID, _UNPRIVILEGED_ID)
    return Account(entry.pw_uid, entry.pw_gid)


def _user_name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)
