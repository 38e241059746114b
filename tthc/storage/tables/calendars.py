"""The working calendar as dated revisions: special days and reception hours, by unit.

No row is ever deleted: ``revision`` brought it, ``withdrawn_in`` took it away, so the calendar of
any revision can be laid out again and every old due date counted anew.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.calendar_rows import DayKind, HoursKind
from tthc.storage.base import Base, as_text

IN_FORCE = text("withdrawn_in IS NULL")


class CalendarRevision(Base):
    """One change of the calendar: whose days or hours, by which decision, and when it came in.

    ``unit_code`` is empty for the nation. The number counts all changes of all units.
    """

    __tablename__ = "calendar_revisions"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    legal_basis: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(300))
    recorded_at: Mapped[datetime]


class CalendarDay(Base):
    """One exception to the ordinary week (DayKind), of the nation, a province or a unit."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        Index(
            "uq_calendar_days_unit_code_day",
            "unit_code",
            "day",
            unique=True,
            postgresql_where=IN_FORCE,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(as_text(DayKind))
    name: Mapped[str] = mapped_column(String(200))
    legal_basis: Mapped[str] = mapped_column(String(300))
    is_provisional: Mapped[bool]
    source: Mapped[str] = mapped_column(String(300))
    revision: Mapped[int] = mapped_column(ForeignKey("calendar_revisions.number"))
    withdrawn_in: Mapped[int | None] = mapped_column(ForeignKey("calendar_revisions.number"))


class DeskHours(Base):
    """One shift of a weekday in ``[valid_from, valid_to)``; see ``tthc.domain.calendar_rows.Week``.

    A unit without rows of its own has those of its province, else the default ones.
    """

    __tablename__ = "desk_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_is_iso"),
        CheckConstraint("opens < closes", name="opens_before_it_closes"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_in_order"),
        Index(
            "uq_desk_hours_shift",
            "unit_code",
            "valid_from",
            "weekday",
            "opens",
            unique=True,
            postgresql_where=IN_FORCE,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    kind: Mapped[HoursKind] = mapped_column(as_text(HoursKind))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))
    revision: Mapped[int] = mapped_column(ForeignKey("calendar_revisions.number"))
    withdrawn_in: Mapped[int | None] = mapped_column(ForeignKey("calendar_revisions.number"))
