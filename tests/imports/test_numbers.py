"""What imported dossier codes do to the numbers that the desk gives."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select, text

from tests import make
from tests.imports.world import HEADER, REGISTER, a_file, counts, reasons, row, run
from tthc.domain.codes import parse_code
from tthc.storage.tables.dossiers import CodeCounter, Dossier

CODED = REGISTER.replace("[columns]", '[columns]\ncode = "code"')
DAY = "H44.240-260302"


@pytest.fixture(autouse=True)
def desk(session):
    make.a_desk(session)
    session.commit()


def take_over(sessions, *codes, **changes):
    rows = (f"{row(code, **changes)},{code}" for code in codes)
    return run(sessions, a_file(*rows, header=f"{HEADER},code"), mapping=CODED)


def given(session, count=3):
    return [make.a_dossier(session).code for _ in range(count)]


def missing(session):
    """What the query of docs/operation.md lists."""
    page = (make.ROOT / "docs/operation.md").read_text(encoding="utf-8")
    query = re.search(r"```sql\n(WITH given.*?);?\n```", page, re.DOTALL)[1]
    return [tuple(found) for found in session.execute(text(query))]


@pytest.mark.parametrize("sequence", ["9999999", "020361", "000002", "0000002", "10000"])
def test_a_sequence_of_another_width_moves_nothing_and_is_kept_to_the_digit(
    session, sessions, sequence
):
    code = f"{DAY}-{sequence}"
    assert counts(take_over(sessions, code)) == (1, 1, 0, 0)
    assert session.scalars(select(Dossier.code)).all() == [code]
    assert given(session) == [f"{DAY}-000{n}" for n in (1, 2, 3)]
    assert missing(session) == []


def test_the_desk_goes_on_above_the_highest_imported_number_and_each_gap_is_explained(
    session, sessions
):
    assert given(session, 2) == [f"{DAY}-0001", f"{DAY}-0002"]
    assert counts(take_over(sessions, *(f"{DAY}-{n}" for n in ("0005", "0007")))) == (2, 2, 0, 0)
    assert given(session, 2) == [f"{DAY}-0008", f"{DAY}-0009"]
    assert missing(session) == [(DAY, n, f"{DAY}-0007") for n in (3, 4, 6)]


def test_a_corrected_row_finds_its_number_free(session, sessions):
    refused = take_over(sessions, f"{DAY}-0003", state="lost")
    assert reasons(refused) == [(2, "unknown_status")]
    take_over(sessions, f"{DAY}-0005")
    given(session)
    assert counts(take_over(sessions, f"{DAY}-0003")) == (1, 1, 0, 0)


def test_every_number_given_after_any_import_can_be_read_back(session, sessions):
    take_over(sessions, f"{DAY}-9999", f"{DAY}-9999999")
    assert given(session, 1) == [f"{DAY}-10000"]
    assert parse_code(f"{DAY}-10000").number == 10_000


def test_a_number_that_the_desk_gave_is_taken(session, sessions):
    given(session, 1)
    session.commit()
    assert reasons(take_over(sessions, f"{DAY}-0001")) == [(2, "code_taken")]


def test_a_code_of_another_day_is_kept_counted_and_moves_its_own_day(session, sessions):
    code = "H44.240-260227-0040"
    report = take_over(sessions, code)
    assert counts(report) == (1, 1, 0, 0)
    assert report.warnings == {"code_date_differs": 1}
    counters = session.scalars(select(CodeCounter)).all()
    assert [(row.day, row.last_number) for row in counters] == [(date(2026, 2, 27), 40)]
    assert given(session, 1) == [f"{DAY}-0001"]


def test_an_evening_in_viet_nam_is_of_its_own_day(sessions):
    late = {"in_": "02/03/2026 23:30", "out": "03/03/2026 10:00"}
    assert "code_date_differs" not in take_over(sessions, f"{DAY}-0040", **late).warnings
