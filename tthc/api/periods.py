"""The period and place that a request for figures names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tthc.domain.metrics import Period
from tthc.domain.moment import start_of_day
from tthc.services.evidence import Place
from tthc.services.metrics import make_period


def read_period(wanted: Mapping[str, Any], *, now: datetime) -> tuple[Period, datetime]:
    """Return the period of a loaded ``PeriodQuery``, and the moment it is seen from.

    Raises:
        PeriodInvalidError: the period is empty, or seen from before it began.
    """
    as_of = start_of_day(wanted["as_of"]) if wanted["as_of"] else now
    return make_period(wanted["since"], wanted["until"], as_of), as_of


def read_place(wanted: Mapping[str, Any]) -> Place:
    """Return whose dossiers a loaded ``PlaceQuery`` means."""
    return Place(wanted["unit_code"], wanted["unassigned"])
