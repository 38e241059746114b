"""Definitions of the indicators. SQL counts; this module divides, and says how.

Every definition has an id with a version. A changed formula is a new version beside the old
one, never an edit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any


class Compared(StrEnum):
    """How an end is held against a due date.

    DAY: by civil day, except limits in hours, which are always compared to the instant.
    INSTANT: every due date to the instant.
    """

    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Dossiers of a period by how they stand to their due date, each counted once.

    Finished means the result exists, not that it was collected. Closed means withdrawn or
    stopped, without a result. Pending includes dossiers whose clock stands still; they are
    judged at the moment it stopped. ``*_late_to_original`` and ``sound_*`` are parts of the
    others: held against the first due date, and without those asked for papers more than once.
    """

    finished_early: int = 0
    finished_on_time: int = 0
    finished_late: int = 0
    finished_late_to_original: int = 0
    closed_in_time: int = 0
    closed_late: int = 0
    pending_in_time: int = 0
    pending_late: int = 0
    sound_finished_in_time: int = 0
    sound_closed_in_time: int = 0
    sound_pending_in_time: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one unit over one period. All are at least 0; received is split by channel.

    Never counted: dossiers not accepted yet, and those refused at the counter.
    ``*_without_due`` have no due date and enter no on-time rate.
    """

    received: int = 0
    received_direct: int = 0
    received_online: int = 0
    received_postal: int = 0
    received_channel_missing: int = 0
    received_eligible: int = 0
    received_eligible_online: int = 0
    received_eligible_self: int = 0
    carried_over: int = 0
    finished: int = 0
    finished_without_due: int = 0
    closed: int = 0
    closed_without_due: int = 0
    pending: int = 0
    pending_without_due: int = 0
    pending_stopped: int = 0
    by_day: Timeliness = Timeliness()
    by_instant: Timeliness = Timeliness()

    @property
    def total(self) -> int:
        """Received and carried over; equals finished, closed and pending together."""
        return self.received + self.carried_over

    def held(self, compared: Compared) -> Timeliness:
        """Return the counts held against due dates in one of the two ways."""
        return self.by_day if compared is Compared.DAY else self.by_instant


def pool(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up: a parent's figures come from pooled counts, never from averages."""
    rows = map(counts_of, (Tally(), *tallies))
    return tally_from(list(map(sum, zip(*rows, strict=True))))


def counts_of(tally: Tally) -> tuple[int, ...]:
    """Return every count of a tally as one row: its own, then by day, then by instant."""
    own: tuple[int, ...] = _OWN_IN(tally)
    return (*own, *_HELD_IN(tally.by_day), *_HELD_IN(tally.by_instant))


def tally_from(counts: Sequence[Any]) -> Tally:
    """Return the tally of a row that ``counts_of`` gave, or of a sum of such rows."""
    own, by_day = len(OWN_COUNTS), len(OWN_COUNTS) + len(HELD_COUNTS)
    held = Timeliness(*counts[own:by_day]), Timeliness(*counts[by_day:])
    return Tally(*(*counts[:own], *held))


OWN_COUNTS = tuple(f.name for f in fields(Tally) if f.name not in {"by_day", "by_instant"})
HELD_COUNTS = tuple(f.name for f in fields(Timeliness))
_OWN_IN, _HELD_IN = attrgetter(*OWN_COUNTS), attrgetter(*HELD_COUNTS)


@dataclass(frozen=True, slots=True)
class Definition:
    """How one indicator is counted. ``compared`` is empty where no due date is involved."""

    id: str
    title: str
    text: str
    compared: Compared | None
    numerator: Callable[[Tally], int]
    denominator: Callable[[Tally], int]

    @property
    def name(self) -> str:
        """The id with the way of comparing, which its two numbers are named after."""
        return f"{self.id}.{self.compared}" if self.compared else self.id


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator with its proof: ``value`` in [0, 1], None when nothing was counted."""

    definition: str
    compared: Compared | None
    numerator: int
    denominator: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch ``[since, until)`` looked at from ``at``, never later than its end."""

    since: datetime
    until: datetime
    at: datetime


def _timely(compared: Compared) -> tuple[Definition, ...]:
    def finished_in_time(tally: Tally) -> int:
        held = tally.held(compared)
        return held.finished_early + held.finished_on_time

    def finished_with_due(tally: Tally) -> int:
        return tally.finished - tally.finished_without_due

    def kept_original(tally: Tally) -> int:
        return finished_with_due(tally) - tally.held(compared).finished_late_to_original

    def sound(tally: Tally) -> int:
        held = tally.held(compared)
        ended = held.sound_finished_in_time + held.sound_closed_in_time
        return ended + held.sound_pending_in_time

    def all_with_due(tally: Tally) -> int:
        without = tally.finished_without_due + tally.closed_without_due
        return tally.total - without - tally.pending_without_due

    return (
        Definition(
            "on_time_finished/1",
            "Tỷ lệ giải quyết đúng hạn (hồ sơ đã có kết quả)",
            "Finished early or on time ÷ finished with a due date, in the period.",
            compared,
            finished_in_time,
            finished_with_due,
        ),
        Definition(
            "on_time_qd766/1",
            "Tiến độ giải quyết theo QĐ 766/QĐ-TTg",
            "Ended in time or still within time, asked for papers at most once ÷ received and"
            " carried over, with a due date. Source: QĐ 766/QĐ-TTg (2022), group 2.",
            compared,
            sound,
            all_with_due,
        ),
        Definition(
            "on_time_original/1",
            "Tỷ lệ đúng hạn so với ngày hẹn đầu tiên",
            "Finished by the first due date, extensions and stops left aside ÷ finished with a"
            " due date, in the period.",
            compared,
            kept_original,
            finished_with_due,
        ),
    )


DEFINITIONS: tuple[Definition, ...] = (
    *_timely(Compared.DAY),
    *_timely(Compared.INSTANT),
    Definition(
        "online_share/1",
        "Tỷ lệ hồ sơ trực tuyến",
        "Lodged online ÷ received in the period (all channels, a missing one included).",
        None,
        lambda tally: tally.received_online,
        lambda tally: tally.received,
    ),
    Definition(
        "full_online/1",
        "Tỷ lệ hồ sơ trực tuyến toàn trình",
        "Lodged online ÷ received in the period, both of procedures offered full-online on the"
        " day of receipt.",
        None,
        lambda tally: tally.received_eligible_online,
        lambda tally: tally.received_eligible,
    ),
    Definition(
        "full_online_self/1",
        "Tỷ lệ toàn trình do công dân tự nộp",
        "As full_online, but lodged by the citizen or an authorised person, not by staff.",
        None,
        lambda tally: tally.received_eligible_self,
        lambda tally: tally.received_eligible,
    ),
)


def figures_of(tally: Tally) -> list[Figure]:
    """Return every indicator of ``tally`` with its numerator and denominator."""
    return [_figure(definition, tally) for definition in DEFINITIONS]


def _figure(definition: Definition, tally: Tally) -> Figure:
    above, below = definition.numerator(tally), definition.denominator(tally)
    return Figure(definition.id, definition.compared, above, below, rate(above, below))


def rate(numerator: int, denominator: int) -> float | None:
    """Return a fraction's value; None, not 0, when nothing was counted."""
    return numerator / denominator if denominator else None
