"""What a desk is reminded of (nhắc việc): which dossiers want somebody's attention now."""

from __future__ import annotations

from enum import StrEnum


class Reminder(StrEnum):
    """One of the counters staff begin their day with. A dossier may be in several.

    DUE is due by the end of the next working day and not late; OVERDUE is late now, or was
    when its clock stopped. UNAPOLOGISED is late, its clock running, and nobody apologised.
    """

    NEW = "new"
    RECEIVED = "received"
    PROCESSING = "processing"
    DUE = "due"
    OVERDUE = "overdue"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    TO_RETURN = "to_return"
    UNAPOLOGISED = "unapologised"
