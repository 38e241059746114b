"""Remembering that somebody asked the program to stop."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Set by Ctrl-C, by SIGTERM or by the end of the terminal; `count` tells how often."""

    def __init__(self) -> None:
        # A pipe, not an event: a handler may run while the main thread holds an event's lock.
        self._reader, self._writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.count = 0

    def listen(self) -> None:
        """Take those signals over for the rest of the process."""
        for number in _SIGNALS:
            signal.signal(number, self.make)

    def make(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Ask to stop."""
        self.count += 1
        with contextlib.suppress(BlockingIOError):
            os.write(self._writer, b"!")

    def close(self) -> None:
        """Let the pipe go."""
        os.close(self._reader)
        os.close(self._writer)

    def is_made(self) -> bool:
        """Tell whether somebody asked."""
        return self.count > 0

    def wait(self, seconds: float) -> None:
        """Wait so long, or until somebody asks."""
        select.select([self._reader], [], [], seconds)
