"""A period is closed through the gate, by one person or by two, and reported as it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests import make
from tests.services.reporting import (
    AN,
    APRIL,
    BINH,
    GATE,
    MARCH,
    NEXT_MONTH,
    a_march,
    close,
    finish_late,
    march_of,
    somebody,
    told,
)
from tthc.domain.campaign import SecondPersonError
from tthc.domain.closing import (
    ClosingStateError,
    ClosingStatus,
    DataDoubtfulError,
    Gate,
    PeriodRunningError,
)
from tthc.domain.errors import NotFoundError
from tthc.domain.pack import unzip_files
from tthc.domain.scope import EVERYTHING
from tthc.services.closings import (
    Which,
    Wish,
    approve_closing,
    close_period,
    find_closing,
    find_report,
    list_closings,
    withdraw_closing,
)
from tthc.services.evidence import Place
from tthc.services.metrics import make_period
from tthc.services.pack_checks import check_pack
from tthc.services.quality import inspect
from tthc.services.restating import adjust_period


@pytest.fixture
def codes(session):
    return a_march(session)


def test_what_is_reported_is_what_the_figures_say(session, codes):
    closing = close(session)
    assert (closing.status, closing.closed_by, closing.dossiers) == (ClosingStatus.CLOSED, "an", 4)
    report = check_pack(told(session, closing))
    assert report.flaws == ()
    total = json.loads(unzip_files(told(session, closing))["figures.json"])["total"]
    tally = march_of(session)
    assert total["counts"]["finished"] == tally.finished == 2
    assert total["counts"]["pending"] == tally.pending == 1
    (kept,) = find_closing(session, closing.id, AN).reports
    assert (kept.sha256, kept.number, kept.reason) == (report.sha256, 0, None)


def spoil(session, code):
    session.execute(text("UPDATE dossiers SET channel = NULL WHERE code = :code"), {"code": code})


def test_doubtful_data_need_a_reason_and_a_second_person(session, codes):
    spoil(session, codes[0])
    with pytest.raises(DataDoubtfulError) as refused:
        close(session)
    assert refused.value.details == {
        "most": "0.0200",
        "dossiers": "4",
        "spoiled": "1",
        "discords": "0",
    }
    closing = close(session, reason="Hồ sơ giấy")
    assert (closing.status, closing.spoiled) == (ClosingStatus.PROPOSED, 1)
    assert find_closing(session, closing.id, AN).reports == []
    with pytest.raises(SecondPersonError):
        approve_closing(session, Which(closing.id), AN, GATE, now=NEXT_MONTH)
    with pytest.raises(ClosingStateError):
        adjust_period(session, Which(closing.id), AN, "Vì sao", now=NEXT_MONTH)
    sheet = approve_closing(session, Which(closing.id, 1), BINH, GATE, now=NEXT_MONTH)
    assert (sheet.closing.status, sheet.closing.closed_by) == (ClosingStatus.CLOSED, "binh")
    assert (sheet.closing.version, len(sheet.reports)) == (2, 1)
    with pytest.raises(ClosingStateError):
        approve_closing(session, Which(closing.id), BINH, GATE, now=NEXT_MONTH)
    with pytest.raises(ClosingStateError):
        withdraw_closing(session, Which(closing.id), BINH, now=make.NOW)


def test_the_gate_is_open_up_to_its_share_and_shut_by_any_sum_that_disagrees(session, codes):
    spoil(session, codes[0])
    assert close(session, gate=Gate(0.25)).status is ClosingStatus.CLOSED
    assert not Gate(0.25).is_doubtful(1, 4, 0)
    assert Gate(0.24).is_doubtful(1, 4, 0)
    assert Gate(1.0).is_doubtful(0, 4, 1)
    assert not Gate(0.0).is_doubtful(0, 0, 0)


def test_the_database_too_wants_a_second_person(session, codes):
    spoil(session, codes[0])
    closing = close(session, reason="Hồ sơ giấy")
    closing.status, closing.closed_by, closing.closed_at = ClosingStatus.CLOSED, "an", NEXT_MONTH
    with pytest.raises(IntegrityError, match="doubt_needs_reason_and_second_person"):
        session.flush()


def test_a_proposal_can_be_withdrawn_and_made_anew(session, codes):
    spoil(session, codes[0])
    first = close(session, reason="Hồ sơ giấy")
    withdraw_closing(session, Which(first.id), AN, now=make.NOW)
    assert close(session, reason="Hồ sơ giấy").id != first.id


def test_a_period_is_closed_once(session, codes):
    close(session)
    with pytest.raises(IntegrityError, match="uq_period_closings_unit_code_since_on_until_on"):
        close(session)


def test_a_period_that_runs_is_not_closed(session, codes):
    with pytest.raises(PeriodRunningError):
        close(session, period=APRIL)
    assert close(session, period=APRIL, now=datetime(2026, 4, 30, 17, 0, tzinfo=UTC)).id


def test_what_was_carried_over_must_have_been_pending(session, codes):
    close(session)
    late = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)

    def april():
        session.flush()
        period = make_period(*APRIL, late)
        return inspect(session, period, Place(make.TAN_LAC), EVERYTHING, as_of=late)

    assert april().findings == []
    finish_late(session, codes[3], at=make.NOW + timedelta(hours=2), now=NEXT_MONTH)
    sheet = april()
    assert [(f.code, f.rule) for f in sheet.findings] == [(codes[3], "carry_differs/1")]
    assert [(d.rule, d.unit_code) for d in sheet.discords] == [("carry_agrees/1", make.TAN_LAC)]
    with pytest.raises(DataDoubtfulError):
        close(session, period=APRIL, now=late)


def test_another_commune_sees_nothing_of_it(session, codes):
    closing = close(session)
    stranger = somebody("chi", make.MUONG_BI)
    for ask in (
        lambda: find_closing(session, closing.id, stranger),
        lambda: find_report(session, closing.id, 0, stranger),
        lambda: withdraw_closing(session, Which(closing.id), stranger, now=make.NOW),
        lambda: close_period(session, Wish(make.TAN_LAC, *MARCH), stranger, GATE, now=NEXT_MONTH),
        lambda: find_report(session, closing.id, 5, AN),
    ):
        with pytest.raises(NotFoundError):
            ask()
    assert list_closings(session, stranger, before_id=None, limit=5) == []
    assert [s.closing.id for s in list_closings(session, AN, before_id=None, limit=5)] == [
        closing.id
    ]
