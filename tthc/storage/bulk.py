"""Writing many rows at once: ids in one statement, rows by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, cast

from psycopg import Connection, sql
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Insert, Table, any_, func, literal, select
from sqlalchemy.orm import Session

from tthc.storage.base import Base


def reserve_ids(session: Session, table: str, count: int) -> list[int]:
    """Return ``count`` new ids of a table whose ``id`` is an identity, ascending."""
    sequence = func.pg_get_serial_sequence(table, "id")
    numbers = func.generate_series(1, count).table_valued("n")
    return list(session.scalars(select(func.nextval(sequence)).select_from(numbers)))


def insert_row(session: Session, table: type[Base], **values: Any) -> None:
    """Insert one row that nobody reads back in this transaction.

    Half as dear as adding an object and flushing it, which the hottest writes feel.
    """
    session.execute(_insert_into(table), values)


@cache
def _insert_into(table: type[Base]) -> Insert:
    return cast("Table", table.__table__).insert()


def one_of(ids: Sequence[int]) -> ColumnElement[Any]:
    """Return ``ANY`` of many ids as one parameter; a long ``IN`` costs more than its answer."""
    return any_(literal(list(ids), ARRAY(BigInteger)))


def copy_rows(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows to a table within the session's transaction, one by one, in flat memory."""
    raw = session.connection().connection.driver_connection
    connection = cast("Connection[Any]", raw)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
