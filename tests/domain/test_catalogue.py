"""Which promise a dossier gets, from the version in force on its day."""

from __future__ import annotations

from datetime import date

import pytest

from tthc.domain.catalogue import (
    CaseUnknownError,
    ChannelNotOfferedError,
    OfferedLimit,
    OverlapError,
    ProcedureEntry,
    ProcedureNotInForceError,
    Version,
    choose_offer,
    refuse_overlaps,
)
from tthc.domain.dossier import Channel
from tthc.domain.limits import LimitUnit, TimeLimit


def offer(number, case="default", channel=Channel.DIRECT):
    limit = TimeLimit(number, LimitUnit.WORKING_DAY)
    return OfferedLimit(number, case, case, channel, limit, True, "")


OLD = Version(date(2020, 1, 1), date(2025, 7, 1), "QĐ 1", True, (offer(1),))
NEW = Version(date(2025, 7, 1), None, "QĐ 2", True, (offer(2), offer(3, "abroad", Channel.POSTAL)))
ENTRY = ProcedureEntry("1.004837", "Đăng ký giám hộ", "dang ky giam ho", "Hộ tịch", (OLD, NEW))


def test_the_version_changes_at_midnight_of_its_first_day():
    assert ENTRY.version_on(date(2025, 6, 30)) is OLD
    assert ENTRY.version_on(date(2025, 7, 1)) is NEW


def test_before_it_existed_there_is_no_version():
    with pytest.raises(ProcedureNotInForceError):
        ENTRY.version_on(date(2019, 12, 31))


def test_case_and_channel_choose_the_limit():
    assert choose_offer(NEW, "abroad", Channel.POSTAL).id == 3
    with pytest.raises(CaseUnknownError, match="abroad"):
        choose_offer(NEW, "elsewhere", Channel.DIRECT)
    with pytest.raises(ChannelNotOfferedError):
        choose_offer(NEW, "default", Channel.ONLINE)


def test_two_rows_of_one_key_may_touch_but_not_overlap():
    day = date(2026, 1, 1)
    refuse_overlaps([("a", day, date(2026, 2, 1)), ("a", date(2026, 2, 1), None), ("b", day, None)])
    with pytest.raises(OverlapError) as refused:
        refuse_overlaps([("a", day, None), ("a", date(2026, 2, 1), None)])
    assert refused.value.details["key"] == "a"
