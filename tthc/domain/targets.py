"""What the board holds rates against. Choice: docs/decisions/pages.md."""

from __future__ import annotations

ON_TIME_PERCENT = 95
"""Of what has a result, by day. A product value: no instrument fixes it for a commune."""
FULL_ONLINE_PERCENT = 70
"""Of what could be lodged online. A product value, as above."""


def late_allowance(in_time: int, finished: int, *, percent: int) -> int:
    """Return how many more late ones may follow until the rate falls below ``percent``.

    Below 0 it is fallen already: so many late ones are too many. ``percent`` is in [1, 100].
    """
    return in_time * 100 // percent - finished
