"""What became of alerts, as counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DEFINITION = "alert_quality/1"
"""Alerts raised in a period by unit and rung, and what became of them until it was looked at.

Choice: docs/decisions/acknowledging.md. A changed rule is a new version beside this one.
"""


PEOPLE_DEFINITION = "alert_people/1"
"""Alerts raised in a period by unit and person told, and what the person did until then.

Choice: docs/decisions/acknowledging.md.
"""


@dataclass(frozen=True, slots=True)
class PersonCounts:
    """What one person was told of one unit.

    Attributes:
        told: alerts of which a message to the person left, by whichever channel.
        acknowledged: of these, those that the person acknowledged.
        acted_on: those on whose dossier the person recorded something after being told.
        saved: those whose dossier had its result in time, after the alert.
    """

    told: int
    acknowledged: int
    acted_on: int
    saved: int


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """Alerts of one unit and rung.

    Attributes:
        raised: all of them; the other counts are of these.
        delivered: a server took a message to at least one recipient.
        saved: the dossier had its result in time, after the alert.
        unreachable: nobody on the way up could be told.
        minutes: working minutes to each acknowledgement that could be measured.
    """

    raised: int
    delivered: int
    acknowledged: int
    snoozed: int
    saved: int
    unreachable: int
    minutes: Sequence[int]

    @property
    def median(self) -> int | None:
        """The working minutes within which half of the acknowledgements came; None without one."""
        return nearest_rank(self.minutes, 50)

    @property
    def p90(self) -> int | None:
        """The working minutes within which 90 of 100 came; None without one."""
        return nearest_rank(self.minutes, 90)


def nearest_rank(values: Sequence[int], percent: int) -> int | None:
    """Return the smallest value that ``percent`` (1 to 100) of ``values`` do not exceed.

    It is always one of them, so nothing is rounded; None when there are none.
    """
    if not values:
        return None
    return sorted(values)[-(-len(values) * percent // 100) - 1]
