"""Writing whole pages of dossiers at once, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from psycopg import Connection, sql
from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.storage.tables.dossiers import CodeCounter, Dossier

AgencyDay = tuple[str, date]


def has_dossiers(session: Session) -> bool:
    """Say whether there is any dossier."""
    return session.scalar(select(exists().where(Dossier.id.is_not(None)))) or False


def take_numbers(session: Session, wanted: Mapping[AgencyDay, int]) -> dict[AgencyDay, int]:
    """Take so many numbers of each agency and day; return the last one of each.

    As ``take_number``: gap-free, and rolled back with the transaction.
    """
    if not wanted:
        return {}
    query = insert(CodeCounter).values(
        [
            {"agency_code": agency, "day": day, "last_number": count}
            for (agency, day), count in sorted(wanted.items())
        ]
    )
    query = query.on_conflict_do_update(
        index_elements=[CodeCounter.agency_code, CodeCounter.day],
        set_={"last_number": CodeCounter.last_number + query.excluded.last_number},
    )
    taken = query.returning(CodeCounter.agency_code, CodeCounter.day, CodeCounter.last_number)
    return {(row.agency_code, row.day): row.last_number for row in session.execute(taken)}


def reserve_ids(session: Session, count: int) -> list[int]:
    """Return ``count`` ids for new dossiers, ascending."""
    sequence = func.pg_get_serial_sequence("dossiers", "id")
    numbers = func.generate_series(1, count).table_valued("n")
    return list(session.scalars(select(func.nextval(sequence)).select_from(numbers)))


def copy_rows(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows to a table within the session's transaction."""
    raw = session.connection().connection.driver_connection
    connection = cast("Connection[Any]", raw)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
