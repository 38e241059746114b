"""Dossiers as pages show them: masked in lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tthc.domain.lifecycle import CLOCK_RUNS, NOT_COUNTED, Status
from tthc.domain.moment import civil_day
from tthc.domain.parties import mask_name
from tthc.services.dossiers import DossierLine
from tthc.services.reference import Reference


class Dated(Protocol):
    """A dossier in a list or in full: what its lateness follows from."""

    @property
    def status(self) -> Status:
        """Where it stands."""

    @property
    def due_at(self) -> datetime | None:
        """The promise in force."""

    @property
    def overdue_at(self) -> datetime | None:
        """The first late instant."""

    @property
    def stopped_at(self) -> datetime | None:
        """Since when the clock stands still."""

    @property
    def ended_at(self) -> datetime | None:
        """When it left the pending."""


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier in a list: the applicant by initials, no numbers."""

    line: DossierLine
    applicant: str | None
    procedure: str
    urgency: str


def rows_of(lines: Iterable[DossierLine], reference: Reference, *, now: datetime) -> list[Row]:
    """Return what a list shows of ``lines``."""
    return [
        Row(
            line,
            mask_name(line.applicant_name) if line.applicant_name else None,
            procedure_name(reference, line.dossier.procedure_code),
            urgency_of(line.dossier, now=now),
        )
        for line in lines
    ]


def procedure_name(reference: Reference, code: str | None) -> str:
    """Return the name of a procedure, else its code; empty for none."""
    entry = reference.procedures.get(code or "")
    return entry.name if entry else code or ""


def urgency_of(dossier: Dated, *, now: datetime) -> str:
    """Return ``late`` (when it ended or stopped, else now), ``today``, or nothing.

    ``today`` is due today with its clock running.
    """
    if dossier.status in NOT_COUNTED or dossier.overdue_at is None or dossier.due_at is None:
        return ""
    judged_at = dossier.stopped_at or dossier.ended_at or now
    if judged_at >= dossier.overdue_at:
        return "late"
    runs = dossier.status in CLOCK_RUNS and dossier.stopped_at is None
    return "today" if runs and civil_day(dossier.due_at) == civil_day(now) else ""


def status_key(status: Status) -> str:
    """Return the key of a status's name among the texts."""
    return f"status.{status.name.lower()}"
