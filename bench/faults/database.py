"""One private copy of the filled register, asked and changed from outside the product."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bench.ground import administrator, plain_dsn


@dataclass(frozen=True, slots=True)
class Database:
    """One copy of the filled register, as the product and as its superuser see it."""

    home: Path
    url: str

    @property
    def name(self) -> str:
        return make_url(self.url).database or ""

    def rows(self, query: str, **values: object) -> list[tuple]:
        """Return what a query gives to the product's own role."""
        with psycopg.connect(plain_dsn(self.url), autocommit=True) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def number(self, query: str, **values: object) -> int:
        return int(self.rows(query, **values)[0][0])

    def command(self, statement: str, **values: object) -> int:
        """Run a statement as superuser; return how many rows it touched."""
        with administrator(self.home, self.url, self.name) as connection:
            return connection.execute(statement.encode(), values or None).rowcount
