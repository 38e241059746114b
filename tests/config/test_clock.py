"""The clock gives aware moments in UTC, moved by the offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.clock import make_clock


def test_the_clock_is_aware_and_in_utc():
    assert make_clock()().tzinfo is UTC


def test_the_clock_is_the_machines_own_without_an_offset():
    before = datetime.now(UTC)
    assert before <= make_clock()() <= datetime.now(UTC)


def test_an_offset_moves_every_reading():
    now = make_clock(timedelta(days=3))()
    assert timedelta(days=3) <= now - datetime.now(UTC) + timedelta(seconds=5)
