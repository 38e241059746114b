"""Rows of reference data by their natural key: found, added, changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.errors import RuleError
from tthc.storage.queries.reference import map_by_key
from tthc.storage.tables.reference import ProcedureVersion


class VersionUnknownError(RuleError):
    """A time limit or stage names a procedure version that is not in the catalogue."""

    code = "version_unknown"


class Versions:
    """The versions of the catalogue by what a row names them with."""

    def __init__(self, session: Session) -> None:
        self._known = map_by_key(session, ProcedureVersion, "procedure_code", "valid_from")
        self._newest = {key[0]: version for key, version in sorted(self._known.items())}

    def of(self, row: Mapping[str, str]) -> ProcedureVersion:
        """Return the version that a row names by its first day, else the newest one.

        Raises:
            VersionUnknownError: there is none.
        """
        code, since = row["procedure_code"], row["version_from"]
        key = (code, date.fromisoformat(since)) if since else None
        found = self._known.get(key) if key else self._newest.get(code)
        if not isinstance(found, ProcedureVersion):
            raise VersionUnknownError(
                f"Thời hạn hoặc bước của thủ tục {code} thuộc phiên bản không có trong danh mục.",
                f"a time limit or stage of procedure {code} belongs to no version of the catalogue",
                procedure_code=code,
                version_from=since,
            )
        return found


def upsert(
    session: Session, table: type[Any], key: tuple[str, ...], values: Iterable[dict[str, Any]]
) -> int:
    """Insert what is new, change what differs, leave the rest alone; return how many rows."""
    known = map_by_key(session, table, *key)
    changed = 0
    for value in values:
        row = known.get(tuple(value[name] for name in key))
        if row is None:
            session.add(table(**value))
        elif not _update(row, value):
            continue
        changed += 1
    session.flush()
    return changed


def _update(row: Any, value: Mapping[str, Any]) -> bool:
    differing = {k: v for k, v in value.items() if getattr(row, k) != v}
    for name, new in differing.items():
        setattr(row, name, new)
    return bool(differing)
