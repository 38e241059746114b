"""Parameters of commands that speak of days and instants."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from tthc.domain.moment import VIET_NAM


class Day(click.ParamType[date]):
    """A civil day such as 2026-03-31."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day, or fail with what was expected."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2026-03-31", param, ctx)


class Instant(click.ParamType[datetime]):
    """An instant such as 2026-03-31T14:05; without an offset it is Vietnamese time."""

    name = "INSTANT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read an instant, or fail with what was expected."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an instant such as 2026-03-31T14:05", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=VIET_NAM)


DAY = Day()
INSTANT = Instant()
