"""What was reported stays to the byte; what changes later is told as entries with a reason."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests import make
from tests.jobs.alerting import act
from tests.services.reporting import (
    AN,
    BINH,
    NEXT_MONTH,
    a_march,
    close,
    finish_late,
    march_of,
    told,
)
from tthc.domain.actions import ReasonMissingError
from tthc.domain.closing import (
    Change,
    NothingToAdjustError,
)
from tthc.domain.errors import StaleError
from tthc.domain.lifecycle import Action
from tthc.domain.pack import unzip_files
from tthc.domain.reference import ServiceLevel
from tthc.services.closings import (
    Which,
)
from tthc.services.pack_checks import check_pack
from tthc.services.restating import adjust_period, list_adjustments, preview_adjustments
from tthc.storage.tables.reference import ServiceLevelRow


@pytest.fixture
def codes(session):
    return a_march(session)


def test_nothing_that_happens_later_changes_a_byte_of_it(session, codes):
    closing = close(session)
    before = told(session, closing, 0)
    finish_late(session, codes[3], at=make.NOW + timedelta(hours=2), now=NEXT_MONTH)
    act(session, codes[0], Action.RETURN, now=NEXT_MONTH)
    make.a_dossier(session, now=NEXT_MONTH, happened_at=make.NOW)
    session.execute(text("UPDATE calendar_days SET name = 'Khác'"))
    session.execute(text("UPDATE service_levels SET level = 'full_online'"))
    session.execute(text("UPDATE units SET name = 'Xã khác' WHERE code = '05128'"))
    session.flush()
    assert march_of(session).finished == 3, "the figures of today know better"
    assert told(session, closing, 0) == before
    assert told(session, closing) == before
    assert check_pack(before).flaws == ()


def test_what_changed_becomes_entries_with_a_reason_and_both_stay(session, codes):
    closing = close(session)
    reported = told(session, closing)
    finish_late(session, codes[3], at=make.NOW + timedelta(hours=2), now=NEXT_MONTH)
    added = make.a_dossier(session, now=NEXT_MONTH, happened_at=make.NOW).code
    session.flush()
    found = preview_adjustments(session, closing.id, AN, now=NEXT_MONTH)
    assert {(a.subject, a.change) for a in found} == {
        (codes[3], Change.CHANGED),
        (added, Change.ADDED),
    }
    sheet = adjust_period(session, Which(closing.id), BINH, "Nhập bù", now=NEXT_MONTH)
    assert [(r.number, r.made_by, r.reason) for r in sheet.reports] == [
        (0, "an", None),
        (1, "binh", "Nhập bù"),
    ]
    rows = list_adjustments(session, (closing.id, 1), AN, after=None, limit=10)
    assert [row.subject for row in rows] == sorted([codes[3], added])
    (changed,) = (row for row in rows if row.change is Change.CHANGED)
    cells = next(csv.reader(io.StringIO(changed.after)))
    assert (cells[0], changed.before.endswith(",,")) == (codes[3], True)
    assert told(session, closing, 0) == reported
    restated = json.loads(unzip_files(told(session, closing))["figures.json"])["total"]["counts"]
    assert (restated["received"], restated["finished"]) == (5, 3)
    assert restated["finished"] == march_of(session).finished
    assert preview_adjustments(session, closing.id, AN, now=NEXT_MONTH) == []
    assert (
        list_adjustments(
            session, (closing.id, 1), AN, after=(rows[0].file, rows[0].subject), limit=9
        )
        == rows[1:]
    )


def test_the_reported_lines_and_the_entries_give_the_restated_lines(session, codes):
    closing = close(session)
    finish_late(session, codes[3], at=make.NOW + timedelta(hours=2), now=NEXT_MONTH)
    make.a_dossier(session, now=NEXT_MONTH, happened_at=make.NOW)
    session.flush()
    adjust_period(session, Which(closing.id), AN, "Nhập bù", now=NEXT_MONTH)
    lines = [
        unzip_files(told(session, closing, n))["dossiers.csv"].decode().splitlines() for n in (0, 1)
    ]
    for row in list_adjustments(session, (closing.id, 1), AN, after=None, limit=10):
        if row.before:
            lines[0].remove(row.before)
        if row.after:
            lines[0].append(row.after)
    assert sorted(lines[0]) == sorted(lines[1])


def test_a_level_that_changes_afterwards_is_an_entry_too(session, codes):
    closing = close(session)
    session.add(
        ServiceLevelRow(
            procedure_code=make.GUARDIANSHIP,
            level=ServiceLevel.FULL_ONLINE,
            valid_from=date(2026, 1, 1),
            legal_basis="QĐ",
            source="test",
        )
    )
    session.flush()
    (found,) = preview_adjustments(session, closing.id, AN, now=NEXT_MONTH)
    assert (found.file, found.subject, found.change) == (
        "full_online.csv",
        make.GUARDIANSHIP,
        Change.ADDED,
    )


def test_an_adjustment_needs_a_difference_and_a_reason(session, codes):
    closing = close(session)
    with pytest.raises(NothingToAdjustError):
        adjust_period(session, Which(closing.id), AN, "Vì sao", now=NEXT_MONTH)
    with pytest.raises(ReasonMissingError):
        adjust_period(session, Which(closing.id), AN, "  ", now=NEXT_MONTH)
    with pytest.raises(StaleError):
        adjust_period(session, Which(closing.id, 7), AN, "Vì sao", now=NEXT_MONTH)


@pytest.mark.parametrize("table", ["period_reports", "period_adjustments"])
@pytest.mark.parametrize("change", ["UPDATE {} SET number = 7", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_reported(session, codes, table, change):
    closing = close(session)
    make.a_dossier(session, now=NEXT_MONTH, happened_at=make.NOW)
    session.flush()
    adjust_period(session, Which(closing.id), AN, "Nhập bù", now=NEXT_MONTH)
    with pytest.raises(DBAPIError, match="kept as it was"):
        session.execute(text(change.format(table)))
