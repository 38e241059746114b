"""Running an installer and showing how far it is."""

from __future__ import annotations

import re
import subprocess
from collections import deque
from pathlib import Path

from tthc.launch.pins import read_pins
from tthc.launch.progress import Ticker

_PACKAGE = re.compile(r"^\s*(Collecting|Requirement already satisfied:|\+)\s")
_LATE = re.compile(r"^\s*(Installing collected packages|Prepared \d+ packages)")
_KEPT_LINES = 15


def run_installer(command: list[str], lock: Path, tool: str) -> str | None:
    """Run the command with a line of progress; None when it succeeds, else its last lines."""
    total = len(read_pins(lock))
    ticker = Ticker(f"Installing {total} packages of {lock.name} with {tool}")
    ticker.announce()
    last: deque[str] = deque(maxlen=_KEPT_LINES)
    seen, detail = 0, ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            seen += bool(_PACKAGE.match(line))
            detail = "writing them" if _LATE.match(line) else f"{min(seen, total)} of {total}"
            ticker.tell(detail)
    ticker.close("✓" if process.returncode == 0 else "✗")
    return None if process.returncode == 0 else "\n".join(last)
