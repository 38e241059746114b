"""Fields that hold other fields, and lists cut into pages."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from tthc.serving.faults import fault
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import QueryInteger, String

LONGEST_PAGE = 100
LONGEST_CURSOR = 512


class _Holder:
    """A field whose own refusals are faults; those of what it holds pass through."""

    def make_error(self, key: str, **_facts: Any) -> ValidationError:
        """Return the error for a fault by its code."""
        named = {"type": "not_list", "invalid": "not_list", "validator_failed": "invalid"}
        return ValidationError([fault(named.get(key, key))])


class Nested(_Holder, fields.Nested):
    """An object, or with ``many`` a list of objects, with a schema of its own."""


class ListOf(_Holder, fields.List[Any]):
    """A list of at most ``most`` items."""

    def __init__(self, item: fields.Field[Any], *, most: int = 100, **rest: Any) -> None:
        super().__init__(item, metadata={"maxItems": most} | rest.pop("metadata", {}), **rest)
        self.most = most

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **rest: Any
    ) -> list[Any | None]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError([fault("too_many", limit=self.most)])
        return super()._deserialize(value, attr, data, **rest)


class PageQuery(BaseSchema):
    """The arguments of every list; a list's own filters derive from it."""

    limit = QueryInteger(least=1, most=LONGEST_PAGE, load_default=20)
    cursor = String(most=LONGEST_CURSOR, pattern=r"[A-Za-z0-9_-]+", load_default=None)


def page_schema(item: Schema) -> Schema:
    """Return the schema of a page: ``items`` and the cursor of the ``next`` page, or null."""
    name = f"{type(item).__name__.removesuffix('Schema')}Page"
    made = BaseSchema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
        name=name,
    )
    return made()
