"""The base of every schema: unknown fields are refused on every level."""

from __future__ import annotations

from marshmallow import RAISE, Schema

from tthc.serving.faults import fault


class BaseSchema(Schema):
    """Refuses unknown fields; nested schemas do not inherit that, so each derives from here."""

    error_messages = {  # noqa: RUF012 - marshmallow reads it so
        "unknown": fault("unknown_field"),
        "type": fault("not_object"),
    }

    class Meta:
        """Options that every schema has."""

        unknown = RAISE
