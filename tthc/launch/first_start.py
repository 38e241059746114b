"""The demonstration data and users of the first start."""

from __future__ import annotations

from pathlib import Path

from tthc.launch.errors import LaunchError
from tthc.launch.processes import Command
from tthc.launch.progress import say
from tthc.launch.tasks import Tasks


def ensure_demonstration(note: Path, data: Path | None, tasks: Tasks, command: Command) -> None:
    """Give a new database what it lacks for a demonstration; then it is not looked at again.

    Args:
        note: File that remembers which database was looked at.
        data: Folder of the embedded database: one made anew is looked at anew. None for another
            database, which is asked each time.
        tasks: Runs the command.
        command: Makes dossiers where there are none and users where there are none, and says
            what it made.

    Raises:
        LaunchError: The data could not be made.
    """
    made = str((data / "PG_VERSION").stat().st_mtime_ns) if data else ""
    if made and note.exists() and note.read_text(encoding="ascii") == made:
        return
    if made:
        say("First start: demonstration data for what is still empty (--no-demo makes none):")
    status = tasks.run_openly(command)
    if status:
        raise LaunchError(f"The demonstration data could not be made (status {status}).")
    if made:
        note.write_text(made, encoding="ascii")
