"""What spoils the statistics: rules that one dossier breaks, and sums that must agree.

A rule states a fact to be looked at, not an accusation. Rules have ids with a version, as
definitions have: a changed rule is a new version beside the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tthc.domain.dossier import Channel
from tthc.domain.evidence import Evidence
from tthc.domain.metrics import Compared, Tally

LATE_RECORD = timedelta(days=1)
"""An event recorded more than a day after it is said to have happened is back-dated."""

LAST_HOUR = timedelta(minutes=60)
MASS_LEAST, MASS_SHARE = 10, 0.2
"""Closing is massed when so many, and such a part of a unit's ends, fall into the last hour.

Choice: docs/decisions/quality-gate.md, as for all figures here.
"""


@dataclass(frozen=True, slots=True)
class MovedDue:
    """A due date that another one followed: when, and when the clock had stopped before, if so."""

    overdue_at: datetime
    moved_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class LastDayStop:
    """A stop that began on the last day of a period."""

    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Life:
    """A dossier of a period with what the rules look at.

    Attributes:
        seen: what was known of it at the period's moment.
        recorded_at: when we first heard of it.
        is_offered_online: whether its procedure could be lodged online on the day of receipt;
            None where that is not known.
        moved: its due dates that were moved within the period.
        stops: those that began on the period's last day.
        is_back_dated: an event of the period was recorded more than LATE_RECORD later.
    """

    seen: Evidence
    registered_at: datetime | None
    returned_at: datetime | None
    recorded_at: datetime
    is_offered_online: bool | None = None
    moved: Sequence[MovedDue] = ()
    stops: Sequence[LastDayStop] = ()
    is_back_dated: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The period that is looked at; its last hour of work begins at ``last_hour_at``."""

    since: datetime
    at: datetime
    last_hour_at: datetime

    def has(self, moment: datetime | None) -> bool:
        """Whether a moment lies within."""
        return moment is not None and self.since <= moment < self.at


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to spoil the statistics, in Vietnamese and English."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A dossier that breaks a rule."""

    code: str
    unit_code: str | None
    rule: str


def _channel_missing(life: Life, span: Span) -> bool:
    return span.has(life.seen.received_at) and life.seen.channel is None


def _online_not_offered(life: Life, span: Span) -> bool:
    is_online = span.has(life.seen.received_at) and life.seen.channel is Channel.ONLINE
    return is_online and life.is_offered_online is False


def _due_missing(life: Life, _span: Span) -> bool:
    return life.seen.due_at is None


def _result_before_receipt(life: Life, _span: Span) -> bool:
    ended_at = life.seen.ended_at
    return ended_at is not None and ended_at < life.seen.received_at


def _dates_impossible(life: Life, _span: Span) -> bool:
    seen, finished_at = life.seen, life.seen.finished_at
    registered_at = life.registered_at or seen.received_at
    is_returned_first = finished_at is not None and (life.returned_at or finished_at) < finished_at
    comes_from_the_future = registered_at > life.recorded_at
    return registered_at > seen.received_at or is_returned_first or comes_from_the_future


def _back_dated(life: Life, _span: Span) -> bool:
    return life.is_back_dated


def _due_moved_late(life: Life, _span: Span) -> bool:
    return any((move.stopped_at or move.moved_at) >= move.overdue_at for move in life.moved)


def _stop_on_last_day(life: Life, span: Span) -> bool:
    overdue_at = life.seen.overdue_at
    hides = life.seen.ended_at is None and overdue_at is not None and overdue_at <= span.at
    return any(hides or span.has(stop.ended_at) for stop in life.stops)


_BROKEN: dict[str, Callable[[Life, Span], bool]] = {
    "channel_missing/1": _channel_missing,
    "online_not_offered/1": _online_not_offered,
    "due_missing/1": _due_missing,
    "result_before_receipt/1": _result_before_receipt,
    "dates_impossible/1": _dates_impossible,
    "back_dated/1": _back_dated,
    "due_moved_late/1": _due_moved_late,
    "stop_on_last_day/1": _stop_on_last_day,
}
MASSED, CARRIED = "mass_closing/1", "carry_differs/1"
CARRY = "carry_agrees/1"
"""The sum that disagrees when a dossier is carried over that was not reported pending."""

RULES: tuple[Rule, ...] = (
    Rule(
        "channel_missing/1",
        "Thiếu kênh tiếp nhận",
        "Received in the period by no known channel.",
    ),
    Rule(
        "online_not_offered/1",
        "Hồ sơ trực tuyến của thủ tục không cung cấp trực tuyến",
        "Lodged online in the period, though the procedure was not offered online that day.",
    ),
    Rule("due_missing/1", "Không có ngày hẹn trả", "In the period without a due date."),
    Rule("result_before_receipt/1", "Kết thúc trước khi tiếp nhận", "Ended before its receipt."),
    Rule(
        "dates_impossible/1",
        "Thời điểm không hợp lý",
        "Registered after receipt or after we heard of it, or returned before its result.",
    ),
    Rule(
        "back_dated/1",
        "Ghi nhận lùi ngày",
        "An event of the period was recorded more than a day after it is said to have happened.",
    ),
    Rule(
        "due_moved_late/1",
        "Dời ngày hẹn sau khi đã quá hạn",
        "A due date was moved in the period that had passed, or had when the clock stopped.",
    ),
    Rule(
        "stop_on_last_day/1",
        "Tạm dừng vào ngày cuối kỳ",
        "A stop began on the last day; without it the dossier would be late, or it ended again"
        " before the period did.",
    ),
    Rule(
        MASSED,
        "Kết thúc dồn vào giờ cuối kỳ",
        "Ended in the period's last hour of work, as ten dossiers or more of the unit that are a"
        " fifth or more of its ends.",
    ),
    Rule(
        CARRIED,
        "Kỳ trước chuyển sang không khớp kỳ đã chốt",
        "Carried over, but not reported pending by the closed period before; or the other way"
        " round.",
    ),
)


def find_spoilers(lives: Sequence[Life], span: Span) -> Iterator[Finding]:
    """Give every dossier that breaks a rule, once for each rule."""
    for life in lives:
        for rule, is_broken in _BROKEN.items():
            if is_broken(life, span):
                yield _finding(life, rule)
    yield from _massed(lives, span)


def _massed(lives: Sequence[Life], span: Span) -> Iterator[Finding]:
    """Give the dossiers of each unit that ended in the last hour, if they are too many."""
    ended = [life for life in lives if span.has(life.seen.ended_at)]
    for unit in sorted({life.seen.resolving_unit or "" for life in ended}):
        of_unit = [life for life in ended if (life.seen.resolving_unit or "") == unit]
        last = [life for life in of_unit if _is_at_the_end(life, span)]
        if len(last) >= MASS_LEAST and len(last) >= MASS_SHARE * len(of_unit):
            yield from (_finding(life, MASSED) for life in last)


def _is_at_the_end(life: Life, span: Span) -> bool:
    return life.seen.ended_at is not None and life.seen.ended_at >= span.last_hour_at


def _finding(life: Life, rule: str) -> Finding:
    return Finding(life.seen.code, life.seen.resolving_unit, rule)


def find_discords(tally: Tally) -> list[str]:
    """Return the ids of the sums that do not agree within one tally; none in a sound one."""
    return [rule for rule, (whole, parts) in _sums(tally).items() if whole != sum(parts)]


def _sums(tally: Tally) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Return each whole with its parts."""
    t = tally
    channels = (t.received_direct, t.received_online, t.received_postal)
    sums: dict[str, tuple[int, tuple[int, ...]]] = {
        "total_adds_up/1": (t.total, (t.finished, t.closed, t.pending)),
        "channels_add_up/1": (t.received, (*channels, t.received_channel_missing)),
    }
    for way in Compared:
        h = t.held(way)
        done = (h.finished_early, h.finished_on_time, h.finished_late)
        sums |= {
            f"finished_adds_up/1.{way}": (t.finished, (*done, t.finished_without_due)),
            f"closed_adds_up/1.{way}": (
                t.closed,
                (h.closed_in_time, h.closed_late, t.closed_without_due),
            ),
            f"pending_adds_up/1.{way}": (
                t.pending,
                (h.pending_in_time, h.pending_late, t.pending_without_due),
            ),
        }
    return sums
