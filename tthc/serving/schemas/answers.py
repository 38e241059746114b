"""Shapes of answers to alerts."""

from __future__ import annotations

from tthc.serving.schemas.actions import MOST_REASON
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Day, String


class SnoozeSchema(BaseSchema):
    """Why, and the day from which the dossier is told of again."""

    reason = String(most=MOST_REASON, lines=True, required=True)
    until_on = Day(required=True)


SNOOZE = SnoozeSchema()
