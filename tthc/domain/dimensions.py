"""What dossiers differ in, so that their counts can be told apart."""

from __future__ import annotations

from enum import StrEnum


class Dimension(StrEnum):
    """One thing to count by. OFFICER is who had the dossier at the moment of the period."""

    UNIT = "unit"
    RECEIVING_UNIT = "receiving_unit"
    FIELD = "field"
    PROCEDURE = "procedure"
    CHANNEL = "channel"
    SUBMITTED_BY = "submitted_by"
    OFFICER = "officer"
