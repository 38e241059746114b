"""Advisory file locks: they end with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self


class FileLock:
    """A lock on a file of its own. The file stays; only the lock comes and goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def share(self) -> None:
        """Wait until this lock is held together with the others that share it."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def take(self) -> None:
        """Wait until this lock is held alone."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def try_take(self) -> bool:
        """Hold the lock alone if nobody else holds it; False at once otherwise."""
        return self._try(fcntl.LOCK_EX)

    def try_share(self) -> bool:
        """Hold the lock together with others if nobody holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let go and close the file; harmless when done twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def write(self, text: str) -> None:
        """Leave a note for those who find the lock taken."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def read(self) -> str:
        """Read the note left by the holder; empty when there is none."""
        return os.pread(self._file, 4096, 0).decode(errors="replace").strip()


@contextmanager
def held(path: Path) -> Iterator[FileLock]:
    """Hold a lock alone for the length of a block, waiting for it if need be."""
    with FileLock(path) as lock:
        lock.take()
        yield lock


def is_held(path: Path) -> bool:
    """Tell whether some process holds the lock alone at this moment."""
    with FileLock(path) as lock:
        return not lock.try_share()
