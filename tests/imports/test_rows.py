"""Each row becomes a dossier, is found unchanged, or is refused with line and reason."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import make
from tests.domain.calendars import at
from tests.imports.world import HEADER, LOG, NOW, REGISTER, a_file, counts, reasons, row, run
from tests.jobs.alerting import act
from tthc.domain.dossier import rebuild
from tthc.domain.lifecycle import Action, Status
from tthc.services.dossiers import find_dossier, list_history
from tthc.services.imports.reading import FileRefusedError
from tthc.services.recording import state_of
from tthc.storage.tables.dossiers import Dossier, DossierEvent


@pytest.fixture(autouse=True)
def desk(session):
    make.a_desk(session)
    session.commit()


def kept(session):
    return session.scalars(select(Dossier).order_by(Dossier.foreign_code)).all()


def test_a_finished_row_is_a_dossier_with_its_own_events(session, sessions):
    report = run(sessions, a_file(row(1)))
    assert counts(report) == (1, 1, 0, 0)
    (dossier,) = kept(session)
    assert (dossier.status, dossier.resolving_unit) == (Status.FINISHED, make.TAN_LAC)
    assert dossier.received_at == at("2026-03-02 09:00")
    assert dossier.due_at == dossier.original_due_at == at("2026-03-05 17:00")
    assert dossier.finished_at == at("2026-03-04 10:00")
    events = list_history(session, dossier.code, make.everybody())
    assert [event.action for event in events] == [Action.TAKE_OVER, Action.FINISH]
    assert rebuild(event.changes for event in events) == state_of(dossier)
    assert find_dossier(session, dossier.code, make.everybody()).parties == []


@pytest.mark.parametrize(
    ("state", "out", "status", "received"),
    [
        ("running", "", Status.PROCESSING, True),
        ("waiting", "", Status.SUPPLEMENT_REQUESTED, True),
        ("withdrawn", "03/03/2026 10:00", Status.WITHDRAWN, True),
        ("new", "", Status.REGISTERED, False),
        ("refused", "02/03/2026 10:00", Status.REFUSED, False),
    ],
)
def test_every_status_is_taken_over_as_it_stands(session, sessions, state, out, status, received):
    report = run(sessions, a_file(row(1, state=state, out=out)))
    assert counts(report) == (1, 1, 0, 0), report.refusals
    (dossier,) = kept(session)
    assert dossier.status is status
    assert (dossier.received_at is not None) is received
    assert dossier.finished_at is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"in_": ""}, "time_missing"),
        ({"in_": "31/02/2026 09:00"}, "time_malformed"),
        ({"in_": "02/03/2027 09:00"}, "received_in_future"),
        ({"out": "02/03/2026 08:59"}, "finished_before_received"),
        ({"out": "02/03/2027 08:59"}, "finished_in_future"),
        ({"out": ""}, "status_without_finish"),
        ({"due": "01/03/2026 09:00"}, "due_before_received"),
        ({"state": "lost"}, "unknown_status"),
        ({"how": "pigeon"}, "unknown_channel"),
        ({"unit": "00000"}, "unit_unknown"),
        ({"unit": ""}, "unit_unknown"),
        ({"procedure": "9.999999"}, "procedure_unknown"),
        ({"procedure": '"1.004837,x"'}, "procedure_unknown"),
    ],
)
def test_a_bad_row_is_refused_and_its_neighbours_are_not(session, sessions, changes, reason):
    report = run(sessions, a_file(row(1), row(2, **changes), row(3)))
    assert counts(report) == (3, 2, 0, 1)
    assert reasons(report) == [(3, reason)]
    assert [dossier.foreign_code for dossier in kept(session)] == ["1", "3"]


def test_a_row_with_other_cells_than_the_header_or_without_a_key_is_refused(sessions):
    report = run(sessions, a_file(row(1), row(2) + ",more", row(""), "x"))
    assert counts(report) == (4, 1, 0, 3)
    assert reasons(report) == [(3, "row_malformed"), (4, "key_malformed"), (5, "row_malformed")]


def test_the_reason_of_a_refusal_tells_no_cell(sessions):
    report = run(sessions, a_file(row(1, state="Nguyễn Văn An")))
    (refused,) = report.refusals
    assert "An" not in refused.message + refused.message_en
    assert refused.key == "1"


def test_a_key_twice_with_other_content_is_refused_and_the_same_row_twice_is_one(sessions):
    report = run(sessions, a_file(row(1), row(1), row(2), row(2, how="online")))
    assert counts(report) == (2, 1, 0, 1)
    assert reasons(report) == [(4, "duplicate_key_differs")]
    assert report.warnings["repeated_rows"] == 2


def test_the_rows_of_a_log_are_one_dossier_when_they_agree(sessions):
    report = run(sessions, a_file(row(1), row(1), row(2), row(2, how="online")), mapping=LOG)
    assert reasons(report) == [(4, "case_columns_differ")]
    assert counts(report) == (2, 1, 0, 1)


def test_what_is_missing_is_kept_as_missing_and_counted(session, sessions):
    report = run(sessions, a_file(row(1, how="", due="")))
    assert report.warnings == {"channel_missing": 1, "due_missing": 1}
    (dossier,) = kept(session)
    assert (dossier.channel, dossier.due_at) == (None, None)


def test_a_second_run_finds_everything_unchanged_and_a_changed_row_is_told(session, sessions):
    run(sessions, a_file(row(1), row(2)))
    again = run(sessions, a_file(row(1), row(2, due="06/03/2026 17:00"), row(3)))
    assert counts(again) == (3, 1, 1, 1)
    assert reasons(again) == [(3, "changed_since_import")]
    assert session.scalar(select(func.count()).select_from(DossierEvent)) == 6


def test_a_dry_run_reports_the_same_and_writes_no_dossier(session, sessions):
    content = a_file(row(1), row(2, state="lost"), row(3, how=""))
    dry = run(sessions, content, dry_run=True)
    assert kept(session) == []
    real = run(sessions, content)
    assert (counts(dry), reasons(dry), dry.warnings) == (counts(real), reasons(real), real.warnings)
    assert dry.is_dry_run
    assert len(kept(session)) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "header_missing"),
        (b"\n" + a_file(row(1)), "header_missing"),
        (a_file(row(1), header=HEADER.replace("due", "deadline")), "header_differs"),
        (a_file(row(1), header=HEADER + ",in"), "header_differs"),
        (a_file(row(1)) + b"\xff\xfe", "not_utf8"),
        (a_file(row(1)) + b"2,\0", "nul_byte"),
        (a_file(row(1)) + b'3,"never closed', "csv_malformed"),
        (a_file("x" * (1024 * 1024 + 1)), "line_too_long"),
        ((",".join(map(str, range(1_001))) + "\n").encode(), "too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_trusted_changes_nothing(session, sessions, content, reason):
    with pytest.raises(FileRefusedError) as refused:
        run(sessions, content)
    assert refused.value.details["reason"] == reason
    assert kept(session) == []


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(sessions):
    content = b"\xef\xbb\xbf" + a_file(row(1), "", row(2)).replace(b"\n", b"\r\n")
    assert counts(run(sessions, content)) == (2, 2, 0, 0)


def test_a_taken_over_dossier_lives_on_as_any_other(session, sessions):
    run(sessions, a_file(row(1, state="running", out="")))
    (dossier,) = kept(session)
    act(session, dossier.code, Action.FINISH, now=NOW)
    assert session.get(Dossier, dossier.id).status is Status.FINISHED


def test_units_can_be_made_and_the_unassigned_stay_visible(session, sessions):
    made = REGISTER.replace(
        '[unit]\nmode = "code"', '[unit]\nmode = "create"\nprefix = "X-"\nempty = "unassigned"'
    )
    report = run(sessions, a_file(row(1, unit="Ban 7"), row(2, unit="")), mapping=made)
    assert counts(report) == (2, 2, 0, 0), report.refusals
    assert [dossier.resolving_unit for dossier in kept(session)] == ["X-Ban 7", None]
    assert report.warnings["unit_unassigned"] == 1
