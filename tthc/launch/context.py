"""What the launcher needs to know, read by the entry point and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Launch:
    """One start of the program.

    Args:
        root: The project folder.
        python: The interpreter that has the dependencies.
        home: Folder of embedded state.
        environment: `trial` or `production`.
        database_url: Database to use instead of the embedded one.
        redis_url: Queue to use instead of the embedded one.
        smtp_url: Where mail goes; None means files in the home folder.
        secret_key: Key of the application.
        clock: TTHC_CLOCK as it was given.
        inherited: Environment variables that children inherit.
    """

    root: Path
    python: str
    home: Path
    environment: str
    database_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    smtp_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    clock: str
    inherited: Mapping[str, str] = field(repr=False)

    @property
    def mail_url(self) -> str:
        """Where mail goes: the configured server, or a folder of files."""
        return self.smtp_url or f"file://{self.home / 'outbox'}"

    def child_environment(self, database_url: str, redis_url: str) -> dict[str, str]:
        """Environment of a child: ours, with the settings spelt out."""
        return {
            **self.inherited,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SMTP_URL": self.mail_url,
            "SECRET_KEY": self.secret_key,
            "TTHC_ENV": self.environment,
            "TTHC_HOME": str(self.home),
            "TTHC_CLOCK": self.clock or "system",
            "PYTHONUNBUFFERED": "1",
        }
