"""Reported figures: only added, seen from a moment, and pooled for whoever is above."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests import make
from tests.services.reporting import AN, somebody
from tthc.domain.errors import NotFoundError
from tthc.domain.reported import FigureReportedError, NewFigure
from tthc.domain.scope import EVERYTHING
from tthc.domain.scoring import Lack
from tthc.services.metrics import PeriodInvalidError, make_period
from tthc.services.reported import list_figures, report_figure
from tthc.services.scores import measure_scores

NOW = make.NOW + timedelta(days=40)
MARCH = (date(2026, 3, 1), date(2026, 4, 1))
FIRST = NewFigure("petitions_on_time", make.TAN_LAC, *MARCH, 296, 570, "Hệ thống PAKN")


@pytest.fixture(autouse=True)
def _desk(session):
    make.a_desk(session)


def petitions(session, unit_code=make.TAN_LAC, as_of=NOW, code="petitions_on_time"):
    period = make_period(*MARCH, as_of)
    score = measure_scores(session, unit_code, period, EVERYTHING, as_of=as_of).total.score
    (part,) = (p for group in score.groups for p in group.parts if p.part.code == code)
    return part


def test_a_reported_figure_gives_its_points(session):
    assert petitions(session).lack is Lack.NOT_REPORTED
    made = report_figure(session, FIRST, AN, now=NOW)
    assert (made.number, made.entered_by, made.entered_at) == (0, "an", NOW)
    assert (petitions(session).percent, petitions(session).points) == (
        Decimal("51.93"),
        Decimal("3.12"),
    )


def test_no_petition_at_all_is_full_marks_once_somebody_says_so(session):
    report_figure(session, replace(FIRST, numerator=0, denominator=0), AN, now=NOW)
    assert petitions(session).points == Decimal(6)


def test_a_correction_is_another_row_and_the_past_is_seen_as_it_was(session):
    report_figure(session, FIRST, AN, now=NOW)
    later = NOW + timedelta(days=1)
    with pytest.raises(FigureReportedError):
        report_figure(session, replace(FIRST, numerator=300), AN, now=later)
    corrected = replace(FIRST, numerator=300, reason="Bổ sung 4 PAKN")
    assert report_figure(session, corrected, AN, now=later).number == 1
    assert petitions(session, as_of=later).measure.numerator == 300
    assert petitions(session, as_of=NOW).measure.numerator == 296
    gone = replace(FIRST, numerator=None, denominator=None, reason="Nhầm đơn vị")
    report_figure(session, gone, AN, now=later + timedelta(hours=1))
    assert petitions(session, as_of=later + timedelta(hours=2)).lack is Lack.NOT_REPORTED
    told = list_figures(session, AN, unit_code=make.TAN_LAC, limit=10)
    assert [(row.number, row.numerator) for row in told] == [(2, None), (1, 300), (0, 296)]


@pytest.mark.parametrize(
    "change", ["UPDATE reported_figures SET numerator = 0", "DELETE FROM reported_figures"]
)
def test_what_was_reported_cannot_be_changed_in_the_database_either(session, change):
    report_figure(session, FIRST, AN, now=NOW)
    with pytest.raises(DBAPIError, match="corrected by another row"):
        session.execute(text(change))


def test_a_figure_is_of_exactly_its_period(session):
    report_figure(session, replace(FIRST, until=date(2026, 3, 31)), AN, now=NOW)
    assert petitions(session).lack is Lack.NOT_REPORTED


def test_a_period_that_has_not_begun_cannot_be_reported(session):
    with pytest.raises(PeriodInvalidError):
        report_figure(session, FIRST, AN, now=make.NOW - timedelta(days=9))


def test_a_province_is_pooled_once_every_commune_has_reported(session):
    province = somebody("binh", make.PROVINCE)
    everybody = replace(province, scope=EVERYTHING)
    report_figure(session, FIRST, AN, now=NOW)
    part = petitions(session, make.PROVINCE)
    assert (part.lack, part.measure.missing_units) == (Lack.INCOMPLETE, 147)
    period = make_period(*MARCH, NOW)
    sheet = measure_scores(
        session, make.PROVINCE, period, EVERYTHING, as_of=NOW, with_communes=True
    )
    for row in sheet.rows:
        if row.unit.code != make.TAN_LAC:
            of_unit = replace(FIRST, unit_code=row.unit.code, numerator=0, denominator=0)
            report_figure(session, of_unit, everybody, now=NOW)
    assert petitions(session, make.PROVINCE).points == Decimal("3.12")


def test_nobody_reports_for_another_unit(session):
    with pytest.raises(NotFoundError):
        report_figure(session, replace(FIRST, unit_code=make.MUONG_BI), AN, now=NOW)
    with pytest.raises(NotFoundError):
        list_figures(session, AN, unit_code=make.MUONG_BI, limit=10)
