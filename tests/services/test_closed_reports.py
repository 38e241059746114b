"""A report of a closed period has the numbers it was closed with, whatever came after."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests import make
from tests.services.reporting import (
    AN,
    MARCH,
    NEXT_MONTH,
    a_march,
    close,
    finish_late,
)
from tthc.domain.pack import unzip_files, zip_files
from tthc.domain.scope import EVERYTHING
from tthc.domain.sheets import as_csv
from tthc.jobs.reports import find_layout
from tthc.services.closings import Which, find_report
from tthc.services.evidence import Place
from tthc.services.metrics import make_period
from tthc.services.pack_checks import PackRulesDifferError
from tthc.services.report_lists import Reader
from tthc.services.reports import ReportOpenOnlyError, Wanted, make_report, report_closed
from tthc.services.restating import adjust_period
from tthc.services.workbooks import as_workbook
from tthc.storage.tables.closings import Report


@pytest.fixture
def codes(session):
    return a_march(session)


def kept(session, closing, number=None):
    return find_report(session, closing.id, number, AN)


def live(session, name="ii06a"):
    session.flush()
    wanted = Wanted(find_layout(name), make_period(*MARCH, NEXT_MONTH), Place(make.TAN_LAC))
    reader = Reader(EVERYTHING, EVERYTHING)
    return make_report(session, wanted, reader, as_of=NEXT_MONTH, most=None)


@pytest.mark.parametrize("name", ["ii06a", "communes"])
def test_it_is_what_was_told_on_the_day_and_stays_so_to_the_byte(session, codes, name):
    layout, on_the_day = find_layout(name), live(session, name)
    closing = close(session)
    sheet = report_closed(session, layout, kept(session, closing))
    assert as_csv(sheet) == as_csv(on_the_day)
    before = as_workbook(sheet)
    finish_late(session, codes[3], at=make.NOW + timedelta(hours=2), now=NEXT_MONTH)
    assert as_csv(live(session, name)) != as_csv(on_the_day)
    assert as_workbook(report_closed(session, layout, kept(session, closing))) == before


def test_it_says_that_it_is_closed_and_under_which_seal(session, codes):
    closing = close(session)
    report = kept(session, closing)
    about = report_closed(session, find_layout("ii06a"), report).about
    assert about["state"] == f"kỳ đã chốt, báo cáo số 0, niêm phong {report.sha256}"
    assert (about["event_head"], about["rules"]) == (str(report.event_head), report.rules_sha256)
    assert about["unit"] == "Xã Tân Lạc (05128)"


def test_a_restated_report_stands_beside_the_one_reported(session, codes):
    closing = close(session)
    finish_late(session, codes[3], at=make.NOW + timedelta(hours=2), now=NEXT_MONTH)
    adjust_period(session, Which(closing.id), AN, "Nhập bù", now=NEXT_MONTH)
    first, again = (
        report_closed(session, find_layout("ii06a"), kept(session, closing, number)).total[1]
        for number in (0, None)
    )
    assert (first.finished, again.finished) == (2, 3)


@pytest.mark.parametrize("name", ["register", "overdue"])
def test_no_list_of_dossiers_is_made_of_it(session, codes, name):
    closing = close(session)
    with pytest.raises(ReportOpenOnlyError):
        report_closed(session, find_layout(name), kept(session, closing))


def test_figures_that_this_program_would_count_otherwise_are_refused(session, codes):
    report = kept(session, close(session))
    files = unzip_files(report.pack)
    sheet = json.loads(files["figures.json"])
    sheet["total"]["counts"]["by_day"]["finished_late"] += 1
    other = Report(
        number=0,
        sha256=report.sha256,
        rules_sha256=report.rules_sha256,
        pack=zip_files(files | {"figures.json": json.dumps(sheet).encode()}),
    )
    with pytest.raises(PackRulesDifferError):
        report_closed(session, find_layout("ii06a"), other)
