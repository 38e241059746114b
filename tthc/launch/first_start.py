"""The demonstration data of the first start."""

from __future__ import annotations

from pathlib import Path

from tthc.launch.errors import LaunchError
from tthc.launch.processes import Command
from tthc.launch.progress import say
from tthc.launch.tasks import Tasks


def ensure_demonstration(note: Path, data: Path | None, tasks: Tasks, command: Command) -> None:
    """Fill an empty database with demonstration data; once done it is not looked at again.

    Args:
        note: File that remembers which database was filled.
        data: Folder of the embedded database: one made anew is filled anew. None for another
            database, which is asked each time.
        tasks: Runs the command.
        command: Fills a database that is empty and leaves any other alone.

    Raises:
        LaunchError: The data could not be made.
    """
    made = str((data / "PG_VERSION").stat().st_mtime_ns) if data else ""
    if made and note.exists() and note.read_text(encoding="ascii") == made:
        return
    if made:
        say("Filling the new database with demonstration data (--no-demo leaves it empty):")
    status = tasks.run_openly(command)
    if status:
        raise LaunchError(f"The demonstration data could not be made (status {status}).")
    if made:
        note.write_text(made, encoding="ascii")
