"""What is known of one dossier, and how each action changes it.

The state holds no personal data. An event carries exactly the fields its action changed, so
folding a dossier's events in order gives its row again (``rebuild``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum
from operator import attrgetter
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from tthc.domain.lifecycle import Status
from tthc.domain.limits import Granularity, StopMode
from tthc.domain.parties import NotifyBy


class Channel(IntEnum):
    """How the dossier was lodged (KenhThucHien of the national portal)."""

    DIRECT = 1
    ONLINE = 2
    POSTAL = 3


class SubmittedBy(StrEnum):
    """Who keyed the application in; staff-assisted "online" stays distinguishable."""

    CITIZEN = "citizen"
    AUTHORISED = "authorised"
    STAFF_ASSISTED = "staff_assisted"


class ReturnForm(StrEnum):
    """How the result is to reach, or reached, the citizen."""

    AT_DESK = "at_desk"
    POSTAL = "postal"
    ELECTRONIC = "electronic"


class PaymentKind(IntEnum):
    """How fees were paid (DuocThanhToanTrucTuyen of the national portal)."""

    NO_FEE = 0
    ON_PORTAL = 1
    VIA_GATEWAY = 2
    NOT_YET = 3


class StopReason(StrEnum):
    """Why the clock stands still. The first two have a status of their own."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    OTHER_AGENCY = "other_agency"
    FORCE_MAJEURE = "force_majeure"


PAUSE_REASONS = frozenset({StopReason.OTHER_AGENCY, StopReason.FORCE_MAJEURE})


@dataclass(frozen=True, slots=True)
class DossierState:
    """The facts of one dossier at one version.

    Attributes:
        version: number of events so far; the strong ETag.
        limit_id: the time limit of the procedure version at receipt, kept for life.
        case_code, version_from: that limit's case, and the first day of its version.
        resolving_unit: the competent unit; None is the visible unassigned bucket.
        ended_at: the moment it left the pending: result ready, withdrawn or stopped.
        apologised_at: when the citizen was last apologised to for lateness without another date.
        stopped_at: since when the clock stands still, whatever for; kept when it ended so.
        paused_for: the stop without a status that is open; it may overlap one with a status.
        resume_mode: what the end of the last open stop will do; RESTART once a supplement that
            counts anew was taken while the clock stood for another reason too.
        resume_status: where a stop returns to.
        current_stage: number of the stage it is in, or in which it ended; None without stages.
        stage_round: which time it goes through its stages; 0 without.
        last_event_at: claimed time of the newest event; the next may not lie before it.
    """

    version: int = 0
    status: Status = Status.REGISTERED
    procedure_code: str | None = None
    limit_id: int | None = None
    case_code: str | None = None
    version_from: date | None = None
    channel: Channel | None = None
    submitted_by: SubmittedBy | None = None
    receiving_unit: str | None = None
    resolving_unit: str | None = None
    officer: str | None = None
    registered_at: datetime | None = None
    received_at: datetime | None = None
    due_version: int = 0
    due_at: datetime | None = None
    overdue_at: datetime | None = None
    due_granularity: Granularity | None = None
    due_set_at: datetime | None = None
    original_due_at: datetime | None = None
    original_overdue_at: datetime | None = None
    extension_count: int = 0
    apologised_at: datetime | None = None
    stopped_at: datetime | None = None
    resume_status: Status | None = None
    paused_for: StopReason | None = None
    resume_mode: StopMode | None = None
    stop_count: int = 0
    supplement_count: int = 0
    finished_at: datetime | None = None
    ended_at: datetime | None = None
    returned_at: datetime | None = None
    return_form: ReturnForm | None = None
    result_code: str | None = None
    is_result_electronic: bool = False
    payment_kind: PaymentKind | None = None
    fee_total: int = 0
    paper_count: int = 0
    digitised_count: int = 0
    reused_count: int = 0
    current_stage: int | None = None
    stage_round: int = 0
    last_event_at: datetime | None = None


STATE_FIELDS = tuple(f.name for f in fields(DossierState))
values_of: Callable[[DossierState], tuple[Any, ...]] = attrgetter(*STATE_FIELDS)
"""The facts of a state in the order of ``STATE_FIELDS``."""


def changes_between(before: DossierState, after: DossierState) -> dict[str, Any]:
    """Return the fields that differ, as JSON values (instants in ISO form, enums by value)."""
    triples = zip(STATE_FIELDS, values_of(before), values_of(after), strict=True)
    return {name: _plain(new) for name, old, new in triples if new != old}


def as_values(state: DossierState) -> dict[str, Any]:
    """Return every field as a JSON value."""
    return {name: _plain(value) for name, value in zip(STATE_FIELDS, values_of(state), strict=True)}


def rebuild(events: Iterable[Mapping[str, Any]]) -> DossierState:
    """Fold the ``changes`` of a dossier's events, oldest first, into its state."""
    state = DossierState()
    for changes in events:
        state = replace(state, **{name: _typed(name, value) for name, value in changes.items()})
    return state


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, (StrEnum, IntEnum)) else value


def _typed(name: str, value: Any) -> Any:
    kind = _KINDS[name]
    if value is None:
        return None
    return kind.fromisoformat(value) if kind in {datetime, date} else kind(value)


def _kind(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


_HINTS = get_type_hints(DossierState)
_KINDS = {field.name: _kind(_HINTS[field.name]) for field in fields(DossierState)}


@dataclass(frozen=True, slots=True)
class Details:
    """What an action needs to be told; each action reads its own part.

    Attributes:
        reason: why; see ``actions.REASON_DEMANDED``.
        new_due_on: the new due day of an extension.
        responsible_unit: the unit that caused the delay that is apologised for.
        papers: for a supplement, every missing paper, listed once.
        stop_reason: why a pause stops the clock: another agency, or force majeure.
        limit_on: until when a stop may last.
        promised_on: by when the result is promised to somebody apologised to; moves no due date.
        notify_by: of a new contact, how the applicant is told; the address is no detail.
    """

    reason: str | None = None
    papers: tuple[str, ...] = ()
    new_due_on: date | None = None
    responsible_unit: str | None = None
    officer: str | None = None
    result_code: str | None = None
    is_result_electronic: bool = False
    return_form: ReturnForm | None = None
    payment_kind: PaymentKind | None = None
    stop_reason: StopReason | None = None
    limit_on: date | None = None
    promised_on: date | None = None
    notify_by: NotifyBy | None = None

    def as_facts(self) -> dict[str, Any]:
        """Return what was told, as JSON values, without the empty parts."""
        told = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, date) else _plain(value)
            for name, value in told.items()
            if value not in (None, (), False)
        }
