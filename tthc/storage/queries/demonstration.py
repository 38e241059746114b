"""What the demonstration asks: whether it is alone, and many numbers at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import exists, select
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
