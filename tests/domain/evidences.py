"""A dossier as evidence: lodged online on Monday 2 March 2026, due on Thursday, still running."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tthc.domain.dossier import Channel, SubmittedBy
from tthc.domain.evidence import Evidence
from tthc.domain.moment import start_of_day

RECEIVED = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
OVERDUE = start_of_day(date(2026, 3, 6))
PENDING = Evidence(
    code="H44.240-260302-0001",
    procedure_code="1.004837",
    channel=Channel.ONLINE,
    submitted_by=SubmittedBy.CITIZEN,
    receiving_unit="05128",
    resolving_unit="05128",
    received_at=RECEIVED,
    due_at=DUE,
    overdue_at=OVERDUE,
    original_due_at=DUE,
    original_overdue_at=OVERDUE,
    stopped_at=None,
    supplements=0,
    finished_at=None,
    ended_at=None,
)
