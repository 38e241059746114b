"""What every command of the command line is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tthc.domain.closing import Gate
from tthc.launch.postgres import running_postgres


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Settings as values and the clock; click hands it to commands as `obj`.

    Args:
        environment: `trial` or `production`.
        database_url: The configured database, None for the embedded one.
        redis_url: The configured queue, None when there is none to ring.
        smtp_url: Where mail goes: `smtp://…`, or `file://FOLDER` in a trial without a server.
        notify_urls: The address of each other channel, by its name.
        secret_key: Key of the application.
        home: Folder of embedded state.
        root: The project folder.
        clock: Gives the present moment, aware and in UTC.
        gate: How doubtful data may be for one person to close a period.
        audit: Folder of the audit log's key and anchors; `audit` in the home folder for None.
        anchor_mail: Who gets each anchor by mail, if anybody.
    """

    environment: str
    database_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    smtp_url: str | None = field(repr=False)
    notify_urls: Mapping[str, str] = field(repr=False)
    secret_key: str = field(repr=False)
    home: Path
    root: Path
    clock: Callable[[], datetime]
    gate: Gate = field(default_factory=Gate)
    audit: Path | None = None
    anchor_mail: str | None = None

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the address of a database that answers, for the length of a block.

        The configured one; else the embedded one, which is started if nothing runs and stopped
        by the last command that uses it. Its tables are not migrated here.
        """
        if self.database_url is not None:
            yield self.database_url
            return
        with running_postgres(self.home) as url:
            yield url
