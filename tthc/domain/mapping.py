"""How the columns of another system's file become dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

from tthc.domain.dossier import Channel
from tthc.domain.lifecycle import ENDED_WITHOUT_RESULT, WITH_RESULT, Status
from tthc.domain.text import search_form, stored_form

COLUMNS = (
    *("received_at", "due_at", "finished_at", "returned_at", "channel", "unit"),
    *("officer_label", "status", "procedure", "code"),
)
"""What a column may mean; every dossier needs ``received_at``."""

ISO = "iso"


class SourceKind(StrEnum):
    """One row a dossier, or one row an event of a dossier."""

    REGISTER = "register"
    EVENT_LOG = "event_log"


class UnitMode(StrEnum):
    """How the unit of a row is found."""

    CREATE = "create"
    CODE = "code"
    AGENCY_CODE = "agency_code"
    NAME = "name"
    DOSSIER_CODE = "dossier_code"


class ProcedureMode(StrEnum):
    """How the procedure of a row is found."""

    NONE = "none"
    CODE = "code"
    NAME = "name"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class UnitRule:
    """Where the unit comes from; ``may_be_empty`` leaves a row without one unassigned."""

    mode: UnitMode
    prefix: str = ""
    strip: str = ""
    may_be_empty: bool = False

    def made_code(self, label: str) -> str:
        """Return the code of the unit that mode ``create`` makes for a label."""
        return f"{self.prefix}{label.removeprefix(self.strip).strip()}"


@dataclass(frozen=True, slots=True)
class ProcedureRule:
    """Where the procedure comes from; ``drop`` are leading words a name may have or lack."""

    mode: ProcedureMode
    drop: tuple[str, ...] = ()
    value: str | None = None

    def folded(self, name: str) -> str:
        """Return a procedure's name as it is compared."""
        found = search_form(name)
        for words in self.drop:
            found = found.removeprefix(words).lstrip()
        return found


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Which status a row has, and what its end means in that status.

    Without ``names`` the status follows from whether there is an end. The end is read in the
    statuses ``finished_in`` as the moment of the result, in ``closed_in`` as an end without
    one, and in no other.
    """

    names: Mapping[str, Status]
    with_end: Status = Status.FINISHED
    without_end: Status = Status.PROCESSING
    finished_in: frozenset[Status] = WITH_RESULT
    closed_in: frozenset[Status] = ENDED_WITHOUT_RESULT | {Status.REFUSED}


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One source system's files. ``columns`` tells the column of each meaning that has one."""

    name: str
    title: str
    origin: str
    delimiter: str
    kind: SourceKind
    key: str
    time_format: str
    zone: tzinfo
    columns: Mapping[str, str]
    ignored: frozenset[str]
    channels: Mapping[str, Channel]
    status: StatusRule
    unit: UnitRule
    procedure: ProcedureRule

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that tell something of a dossier, each once: the key, then by name."""
        return (self.key, *sorted(set(self.columns.values()) - {self.key}))

    def has_time_of_day(self, cell: str) -> bool:
        """Say whether a time in the file names more than its day."""
        return ":" in cell if self.time_format == ISO else "%H" in self.time_format


def label_form(text: str) -> str:
    """Return a listed value as it is compared: NFC, trimmed, without regard to case."""
    return stored_form(text).casefold()
