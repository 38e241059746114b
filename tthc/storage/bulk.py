"""Writing many rows at once: ids in one statement, rows by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from psycopg import Connection, sql
from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, func, literal, select
from sqlalchemy.orm import Session


def reserve_ids(session: Session, table: str, count: int) -> list[int]:
    """Return ``count`` new ids of a table whose ``id`` is an identity, ascending."""
    sequence = func.pg_get_serial_sequence(table, "id")
    numbers = func.generate_series(1, count).table_valued("n")
    return list(session.scalars(select(func.nextval(sequence)).select_from(numbers)))


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
