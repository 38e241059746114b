"""Desks with calendars of their own, worked at the same time in one process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from tests import make
from tthc.domain.moment import local
from tthc.services.loading import ReferenceFiles, load_reference_files

EARLY = {"unit_code": make.MUONG_BI, "kind": "worked", "valid_from": "2026-01-01", "valid_to": ""}


def with_early_hours() -> ReferenceFiles:
    rows = {key: [dict(row) for row in value] for key, value in make.reference_files().rows.items()}
    for weekday in "12345":
        shift = {"weekday": weekday, "opens": "07:00", "closes": "15:00", "source": "test"}
        rows["hours"].append(EARLY | shift)
    return ReferenceFiles(rows)


def lodge(sessions, unit):
    with sessions.begin() as session:
        return make.a_dossier(session, receiving_unit=unit).due_at


def test_two_desks_with_different_hours_work_side_by_side_and_hear_of_changes(committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
    with ThreadPoolExecutor(8) as desks:
        before = list(
            desks.map(lodge, [committed_sessions] * 16, [make.TAN_LAC, make.MUONG_BI] * 8)
        )
        assert {local(due).hour for due in before} == {17}
        with committed_sessions.begin() as session:
            load_reference_files(session, with_early_hours(), now=make.NOW)
        after = list(desks.map(lodge, [committed_sessions] * 16, [make.TAN_LAC, make.MUONG_BI] * 8))
    assert {local(due).hour for due in after[::2]} == {17}
    assert {local(due).hour for due in after[1::2]} == {15}
    assert {local(due).date() for due in after} == {date(2026, 3, 5)}
