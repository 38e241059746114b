"""Dossier numbers run without gaps per agency and day, however many desks work at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import make
from tthc.domain.errors import TthcError
from tthc.services.dossiers import lodge_dossier
from tthc.storage.tables.dossiers import CodeCounter, Dossier


def codes(session):
    return sorted(session.scalars(select(Dossier.code)))


def test_eight_desks_at_once_get_one_gap_free_row_of_numbers(committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)

    def lodge(number):
        with committed_sessions() as session:
            make.a_dossier(session)
            if number % 5 == 0:
                return 0  # leaves without a commit: the number goes back
            session.commit()
        return 1

    with ThreadPoolExecutor(8) as desks:
        done = sum(desks.map(lodge, range(60)))
    with committed_sessions.begin() as session:
        assert codes(session) == [f"H44.240-260302-{n:04}" for n in range(1, done + 1)]
    assert done == 48


def test_each_agency_and_each_day_counts_for_itself(session):
    make.a_desk(session)
    made = [
        make.a_dossier(session).code,
        make.a_dossier(session, receiving_unit=make.MUONG_BI).code,
        make.a_dossier(session, now=make.NOW + timedelta(days=1)).code,
        make.a_dossier(session).code,
    ]
    ends = ["260302-0001", "260302-0001", "260303-0001", "260302-0002"]
    assert [code[-11:] for code in made] == ends
    assert len({code[:7] for code in made}) == 2


def test_past_9999_the_number_widens(session):
    make.a_desk(session)
    counter = {"agency_code": "H44.240", "day": date(2026, 3, 2), "last_number": 9_998}
    session.add(CodeCounter(**counter))
    assert [make.a_dossier(session).code[-6:] for _ in range(2)] == ["2-9999", "-10000"]


def test_the_day_of_a_number_is_the_day_in_viet_nam(session):
    make.a_desk(session)
    night = make.NOW.replace(hour=17, minute=30)  # 00:30 of the next day in Viet Nam
    assert make.a_dossier(session, now=night).code == "H44.240-260303-0001"


@pytest.mark.parametrize("field", ["receiving_unit", "procedure_code", "case_code"])
def test_a_refused_receipt_takes_no_number(session, field):
    make.a_desk(session)
    with pytest.raises(TthcError):
        lodge_dossier(
            session, make.an_application(**{field: "nowhere"}), make.everybody(), now=make.NOW
        )
    assert make.a_dossier(session).code.endswith("0001")
