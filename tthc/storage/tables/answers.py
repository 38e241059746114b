"""What staff answered to alerts. Rows are inserted, never updated."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.answering import AnswerKind
from tthc.storage.base import Base, as_text


class AlertAnswer(Base):
    """One answer to an alert: somebody knows of it, or wants it told again on ``until_on``.

    ``routed_at`` is since when the alert had recipients, empty if it had none yet; ``minutes``
    are the working minutes of its unit from then on, empty too where no calendar covers them.
    An alert is acknowledged once; of several snoozes the newest holds. ``reason`` is free text:
    it is in no message and no list.
    """

    __tablename__ = "alert_answers"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(reason, until_on) = CASE kind WHEN 'snooze' THEN 2 ELSE 0 END",
            name="only_a_snooze_has_reason_and_day",
        ),
        CheckConstraint("minutes >= 0", name="answered_after_routing"),
        Index(
            "uq_alert_answers_acknowledged_once",
            "alert_id",
            unique=True,
            postgresql_where=text("kind = 'acknowledge'"),
        ),
        Index("ix_alert_answers_newest", "alert_id", text("id DESC")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    kind: Mapped[AnswerKind] = mapped_column(as_text(AnswerKind))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    routed_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(2000))
    until_on: Mapped[date | None]
