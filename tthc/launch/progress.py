"""What the terminal shows while something takes time."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "") -> None:
    """Write one line to the error stream, so that the output of a command stays clean."""
    _write(f"{text}\n")


class Ticker:
    """One line that tells how a long step advances; quiet where nobody watches."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._begun = time.monotonic()
        self._shown = self._begun
        self._live = sys.stderr.isatty()
        self._every = 0.2 if self._live else 10.0

    @property
    def seconds(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self._begun

    def announce(self) -> None:
        """Say that the step begins."""
        line = f"  {self._title} …"
        _write(line if self._live else f"{line}\n")

    def tell(self, detail: str = "") -> None:
        """Show the detail and the seconds so far, at most a few times a second."""
        if time.monotonic() - self._shown < self._every:
            return
        self._shown = time.monotonic()
        line = f"  {self._title} … {detail}{' ' if detail else ''}({self.seconds:.0f} s)"
        _write(f"\r\033[K{line}" if self._live else f"{line}\n")

    def close(self, mark: str, detail: str = "") -> None:
        """Leave the finished step on its own line."""
        start = "\r\033[K" if self._live else ""
        say(f"{start}{mark} {self._title}{detail} ({self.seconds:.1f} s)")


@contextmanager
def step(title: str) -> Iterator[Ticker]:
    """Show a step: its title, then a tick or a cross and the seconds it took."""
    ticker = Ticker(title)
    try:
        yield ticker
    except BaseException:  # Ctrl-C too is told; all goes on up
        ticker.close("✗")
        raise
    ticker.close("✓")


def _write(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may have gone; the work goes on
        sys.stderr.write(text)
        sys.stderr.flush()
