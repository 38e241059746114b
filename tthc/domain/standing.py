"""How one dossier stands in a period, and what it adds to the counts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag
from functools import cache
from struct import Struct

from tthc.domain.metrics import Tally, Timeliness, counts_of, tally_from


class Fact(IntFlag):
    """What may be true of one dossier in a period; together they are its standing.

    The database keeps those before RECEIVED in ``dossiers.standing``, so a number never
    changes its meaning. Neither FINISHED nor CLOSED is pending; not RECEIVED is carried over.
    The last four are only said of what has a due date.
    """

    DIRECT = 1 << 0
    ONLINE = 1 << 1
    POSTAL = 1 << 2
    BY_CITIZEN = 1 << 3
    FINISHED = 1 << 4
    CLOSED = 1 << 5
    WITH_DUE = 1 << 6
    UNSOUND = 1 << 7
    EARLY = 1 << 8
    LATE_BY_DAY = 1 << 9
    LATE_BY_INSTANT = 1 << 10
    LATE_TO_ORIGINAL_BY_DAY = 1 << 11
    LATE_TO_ORIGINAL_BY_INSTANT = 1 << 12
    RECEIVED = 1 << 13
    ELIGIBLE = 1 << 14
    STOPPED = 1 << 15


ARRIVAL = Fact.DIRECT | Fact.ONLINE | Fact.POSTAL | Fact.BY_CITIZEN
"""What is known of a dossier from its receipt on."""


def tally_standings(standings: Iterable[int]) -> Tally:
    """Count dossiers, one standing for each."""
    packed = sum(map(_packed, standings))
    return tally_from(_PACKED.unpack(packed.to_bytes(_PACKED.size, "little")))


_PACKED = Struct(f"<{len(counts_of(Tally()))}I")


@cache
def _packed(standing: int) -> int:
    """Return the counts of one dossier as one number, 32 bits for each.

    One addition then adds them all: a year of the whole country is a million dossiers.
    """
    counts = counts_of(tally_standing(Fact(standing)))
    return int.from_bytes(_PACKED.pack(*counts), "little")


def tally_standing(facts: Fact) -> Tally:
    """Return the counts that one dossier adds to: each 0 or 1."""
    received, eligible = Fact.RECEIVED in facts, Fact.ELIGIBLE in facts
    online, due = Fact.ONLINE in facts, Fact.WITH_DUE in facts
    finished, closed, pending = _groups(facts)
    return Tally(
        received=received,
        received_direct=received and Fact.DIRECT in facts,
        received_online=received and online,
        received_postal=received and Fact.POSTAL in facts,
        received_channel_missing=received and not facts & (Fact.DIRECT | Fact.ONLINE | Fact.POSTAL),
        received_eligible=eligible,
        received_eligible_online=eligible and online,
        received_eligible_self=eligible and online and Fact.BY_CITIZEN in facts,
        carried_over=not received,
        finished=finished,
        finished_without_due=finished and not due,
        closed=closed,
        closed_without_due=closed and not due,
        pending=pending,
        pending_without_due=pending and not due,
        pending_stopped=pending and Fact.STOPPED in facts,
        by_day=_held(facts, Fact.LATE_BY_DAY, Fact.LATE_TO_ORIGINAL_BY_DAY),
        by_instant=_held(facts, Fact.LATE_BY_INSTANT, Fact.LATE_TO_ORIGINAL_BY_INSTANT),
    )


def _held(facts: Fact, late: Fact, late_to_original: Fact) -> Timeliness:
    finished, closed, pending = _groups(facts)
    is_late = late in facts
    in_time = Fact.WITH_DUE in facts and not is_late
    is_early = in_time and Fact.EARLY in facts
    sound = in_time and Fact.UNSOUND not in facts
    return Timeliness(
        finished_early=finished and is_early,
        finished_on_time=finished and in_time and not is_early,
        finished_late=finished and is_late,
        finished_late_to_original=finished and late_to_original in facts,
        closed_in_time=closed and in_time,
        closed_late=closed and is_late,
        pending_in_time=pending and in_time,
        pending_late=pending and is_late,
        sound_finished_in_time=finished and sound,
        sound_closed_in_time=closed and sound,
        sound_pending_in_time=pending and sound,
    )


def _groups(facts: Fact) -> tuple[bool, bool, bool]:
    finished, closed = Fact.FINISHED in facts, Fact.CLOSED in facts
    return finished, closed, not finished and not closed
