"""The declarative base: one naming convention, one way to store each kind of value."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Enum,
    MetaData,
    SmallInteger,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values on the way in and returns UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Convert to UTC, or raise ValueError for a naive datetime."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Attach or convert to UTC."""
        return value.astimezone(UTC) if value is not None else None


class CodeNumber(TypeDecorator[IntEnum]):
    """A member of an official numbered code list, stored as that number."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, enum: type[IntEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: IntEnum | None, _dialect: Dialect) -> int | None:
        """Store the number; a number outside the list raises ValueError."""
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: int | None, _dialect: Dialect) -> IntEnum | None:
        """Give the member back."""
        return None if value is None else self.enum(value)


def as_text(enum: type[StrEnum]) -> Enum:
    """Store ``enum`` by value as text with a CHECK, so adding a member is a plain migration."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=enum.__name__.lower(),
        values_callable=lambda members: [m.value for m in members],
    )


class Base(DeclarativeBase):
    """Root of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: dict[Any, Any] = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy reads it so
