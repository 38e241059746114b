"""`test`: the whole suite, in the project folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_tests(root: Path, environ: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run pytest with the arguments; its exit status. The suite starts its own servers."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=root, env=dict(environ), check=False).returncode
