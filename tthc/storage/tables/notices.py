"""What citizens are told of their dossiers. The row is the outbox, as an alert's is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.notices import NoticeKind
from tthc.storage.base import Base, as_text
from tthc.storage.tables.alerts import Sending


class CitizenNotice(Sending, Base):
    """One event of a dossier that its applicant is told of: once, written with the event.

    ``occasion`` is the version of the dossier at that event. Neither words nor address are kept
    here: both are read when it leaves, from the event and from ``parties``.
    """

    __tablename__ = "citizen_notices"
    __table_args__ = (
        UniqueConstraint("dossier_id", "kind", "occasion"),
        ForeignKeyConstraint(
            ["dossier_id", "occasion"],
            ["dossier_events.dossier_id", "dossier_events.version"],
            name="fk_citizen_notices_occasion_dossier_events",
        ),
        Index(
            "ix_citizen_notices_waiting", "next_try_at", postgresql_where=text("status = 'waiting'")
        ),
        Index("ix_citizen_notices_parked", "id", postgresql_where=text("status = 'parked'")),
    )

    dossier_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[NoticeKind] = mapped_column(as_text(NoticeKind))
    occasion: Mapped[int]
    created_at: Mapped[datetime]
