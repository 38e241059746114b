"""Working on many at once so that one that cannot be worked on holds up nobody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tthc.domain.errors import NotReadyError

_NOT_THEIRS = (
    InterfaceError,
    OperationalError,
    ProgrammingError,
    PoolTimeoutError,
    NotReadyError,
)


def is_of_its_data(error: Exception) -> bool:
    """Say whether what was worked on may be to blame for an error.

    It is not where the database is away or busy, a statement is wrong, or the reference data
    are not there: those would meet everybody.
    """
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return False
    return not isinstance(error, _NOT_THEIRS)


def find_poison(ids: Sequence[int], work: Callable[[Sequence[int]], object]) -> list[int]:
    """Return those of ``ids`` with which ``work`` fails by their own fault, found by halves.

    ``work`` is to leave nothing behind; it is done about twice log2(n) times for each found.
    Other errors are raised.
    """
    try:
        work(ids)
    except Exception as error:  # which one a damaged row brings is not known before
        if not is_of_its_data(error):
            raise
        if len(ids) <= 1:
            return list(ids)
        half = len(ids) // 2
        return find_poison(ids[:half], work) + find_poison(ids[half:], work)
    return []
