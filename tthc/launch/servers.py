"""The servers an application stands on: those configured, else embedded ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tthc.launch.context import Launch
from tthc.launch.postgres import EmbeddedPostgres
from tthc.launch.progress import say, step
from tthc.launch.valkey import EmbeddedValkey


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of the database and the queue, and the embedded servers behind them, if any."""

    database_url: str
    redis_url: str
    embedded: dict[str, EmbeddedPostgres | EmbeddedValkey]

    def revive(self) -> None:
        """Start again what has gone; a server that only died is restarted by its keeper."""
        for name, server in self.embedded.items():
            if server.revive():
                say(f"! {name} had gone; it was started again")

    @property
    def data(self) -> Path | None:
        """Folder of the embedded database, None when another database is used."""
        database = self.embedded.get("PostgreSQL")
        return database.data if isinstance(database, EmbeddedPostgres) else None


@contextmanager
def running_servers(launch: Launch) -> Iterator[Servers]:
    """Run what is not configured for the length of a block, then stop it."""
    embedded: dict[str, EmbeddedPostgres | EmbeddedValkey] = {}
    if launch.database_url is None:
        embedded["PostgreSQL"] = EmbeddedPostgres(launch.home)
    if launch.redis_url is None:
        embedded["Valkey"] = EmbeddedValkey(launch.home)
    try:
        urls = {}
        for name, server in embedded.items():
            with step(f"Starting {name}"):
                urls[name] = server.start()
        yield Servers(
            database_url=launch.database_url or urls["PostgreSQL"],
            redis_url=launch.redis_url or urls["Valkey"],
            embedded=embedded,
        )
    finally:
        for server in reversed(embedded.values()):
            server.stop()
