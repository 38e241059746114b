"""The ledger of the fault scenarios sees every way in which a write can go wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.faults.asked import HAND_OVER, OFFICER, Asked
from bench.faults.ledger import Kept, Ledger, compare, count_gaps

ASKED = Asked("run", 7)
CODE = "H44.1-261125-0001"


def answered(key=ASKED.key, status=201, **others):
    note = {"key": key, "unit": "05128", "at": 10.0, "ms": 20.0, "status": status}
    told = {"code": CODE, "version": 1, "retry_after": status == 503}
    return note | told | others


def kept(**others):
    whole = Kept(
        summary=ASKED.summary,
        code=CODE,
        unit="05128",
        version=1,
        officer=None,
        fee=ASKED.fee,
        papers=1,
        events=1,
        due_versions=1,
        name=ASKED.name,
        identity_number=ASKED.identity_number,
        phone=ASKED.phone,
        answers=1,
    )
    return replace(whole, **others)


def test_what_was_answered_and_kept_is_no_fault():
    assert compare(Ledger([answered()]), [kept()], answered=[ASKED.key]).faults == 0


def test_what_was_answered_and_is_gone_is_lost():
    assert compare(Ledger([answered()]), []).lost == 1


def test_what_was_never_answered_may_be_kept_or_not():
    away = Ledger([answered(status=0)])
    assert compare(away, []).faults == compare(away, [kept()]).faults == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "H44.1-261125-0002"},
        {"unit": "05129"},
        {"version": 0, "events": 0, "answers": 0},
        {"fee": 1},
        {"papers": 0},
        {"name": "Người Khác"},
        {"identity_number": "000000000008"},
        {"phone": None},
    ],
)
def test_every_field_is_compared(changed):
    assert compare(Ledger([answered()]), [kept(**changed)]).different == 1


def test_an_action_that_was_answered_has_to_be_there():
    ledger = Ledger([answered(ASKED.key + HAND_OVER, status=200, version=2)])
    handed_over = {"version": 2, "events": 2, "answers": 2}
    assert compare(ledger, [kept()]).different == 1
    assert compare(ledger, [kept(**handed_over)]).different == 1
    assert compare(ledger, [kept(**handed_over, officer=OFFICER)]).faults == 0


@pytest.mark.parametrize(
    "missing", [{"events": 0}, {"due_versions": 0}, {"answers": 0}, {"name": None}]
)
def test_a_dossier_without_one_of_its_rows_is_partial(missing):
    assert compare(Ledger([answered(status=0)]), [kept(**missing)]).partial == 1


def test_an_answer_kept_without_its_dossier_is_partial():
    assert compare(Ledger([answered(status=0)]), [], answered=[ASKED.key]).partial == 1


def test_two_dossiers_under_one_key_and_one_nobody_asked_for_are_seen():
    twice = [kept(), kept(code="H44.1-261125-0002")]
    assert compare(Ledger([answered()]), twice).doubled == 1
    assert compare(Ledger([]), [kept()]).unasked == 1


@pytest.mark.parametrize(
    ("codes", "wrong"),
    [
        (["A-261125-0004", "A-261125-0005"], 0),
        (["A-261125-0005"], 1),
        (["A-261125-0004", "A-261125-0004", "A-261125-0005"], 1),
        (["A-261125-0004", "A-261125-0006"], 2),
        ([], 2),
    ],
)
def test_numbers_follow_one_another(codes, wrong):
    assert count_gaps({"A-261125": 3}, {"A-261125": 5}, codes) == wrong


def test_answers_of_another_status_and_503_without_a_time_are_told():
    notes = [answered(), answered(status=503), answered(status=500)]
    silent = answered(status=503) | {"retry_after": False}
    assert Ledger([*notes, silent]).outside({201, 503}) == 2


def test_the_percentile_is_of_the_answers_in_the_span():
    notes = [answered(at=float(n), ms=float(n)) for n in range(100)]
    assert Ledger(notes).p95_ms(0, 100) == 94
    assert Ledger(notes).p95_ms(50, 60) == 59
    assert Ledger(notes).first_success_after(30) == 30.03
