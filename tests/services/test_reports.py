"""Reports tell the figures of the metrics, part by part, and what is unknown stays in the sum."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from tests import make
from tests.jobs.alerting import LATE, act
from tests.services.counting import counted_statements
from tests.services.reporting import MARCH, NEXT_MONTH, a_march
from tthc.domain.dossier import ReturnForm
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import Action
from tthc.domain.metrics import pool
from tthc.domain.numbers import NUMBERS
from tthc.domain.scope import EVERYTHING, NOTHING, Scope
from tthc.domain.sheets import as_csv
from tthc.jobs.reports import find_layout
from tthc.services.evidence import ListTooLongError, Place
from tthc.services.metrics import make_period, measure_communes, measure_unit
from tthc.services.reference import load_reference
from tthc.services.report_lists import Reader
from tthc.services.reports import Wanted, make_report

ALL = Reader(EVERYTHING, EVERYTHING)
HERE = Place(make.TAN_LAC)


@pytest.fixture
def codes(session):
    return a_march(session)


def make_(session, name, place=HERE, reader=ALL, as_of=NEXT_MONTH, most=None, period=MARCH):
    session.flush()
    wanted = Wanted(find_layout(name), make_period(*period, as_of), place)
    return make_report(session, wanted, reader, as_of=as_of, most=most)


def column(sheet, mark):
    (place,) = (n for n, c in enumerate(sheet.layout.columns) if c.mark == mark)
    return [line[place] for line in sheet.lines]


def by_name(sheet):
    names = [c.holds for c in sheet.layout.columns]
    place = next(n for n, holds in enumerate(names) if getattr(holds, "fact", "") == "name")
    return {line[place]: line for line in sheet.lines}


def test_fields_stand_side_by_side_and_add_up_to_what_the_metrics_say(session, codes):
    make.a_dossier(session, procedure_code=make.WATER)
    session.execute(
        text("UPDATE dossiers SET procedure_code = NULL WHERE code = :code"), {"code": codes[3]}
    )
    sheet = make_(session, "ii06a")
    assert list(by_name(sheet)) == ["Hộ tịch", "Tài nguyên nước", "Chưa xác định lĩnh vực"]
    assert by_name(sheet)["Hộ tịch"][2:] == (3, 0, 3, 0, 3, 2, 1, 0, 0, 0, 0)
    assert by_name(sheet)["Chưa xác định lĩnh vực"][2:] == (1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1)
    line, tally = sheet.total
    assert line[2:] == (5, 0, 5, 0, 3, 2, 1, 0, 2, 0, 2)
    period = make_period(*MARCH, NEXT_MONTH)
    measured = measure_unit(session, make.TAN_LAC, period, EVERYTHING, as_of=NEXT_MONTH)
    assert asdict(tally) == asdict(measured.total.tally)


def test_what_has_no_field_has_a_line_even_when_there_is_nothing(session):
    make.a_desk(session)
    sheet = make_(session, "ii06a")
    assert list(by_name(sheet)) == ["Chưa xác định lĩnh vực"]
    assert sheet.total[0][2:] == (0,) * 11


def test_every_commune_of_a_province_has_a_line_and_rates_are_pooled(session, codes):
    make.a_dossier(session, receiving_unit=make.MUONG_BI)
    sheet = make_(session, "communes", Place(make.PROVINCE))
    lines = by_name(sheet)
    assert len(lines) == 148
    assert lines["Xã Tân Lạc"][3:12] == (4, 0, 2, 1, 1, 1, 2, 2, 1.0)
    assert lines["Xã Mường Bi"][3:12] == (1, 0, 0, 0, 1, 1, 0, 0, None)
    period = make_period(*MARCH, NEXT_MONTH)
    measured = measure_unit(session, make.PROVINCE, period, EVERYTHING, as_of=NEXT_MONTH)
    assert asdict(sheet.total[1]) == asdict(measured.total.tally)
    assert sheet.total[0][11] == 1.0


def test_the_unassigned_stand_in_the_whole_and_in_a_report_of_their_own(session, codes):
    session.execute(
        text("UPDATE dossiers SET resolving_unit = NULL WHERE code = :code"), {"code": codes[0]}
    )
    whole = make_(session, "communes", Place())
    assert by_name(whole)["Chưa phân đơn vị"][3] == 1
    period = make_period(*MARCH, NEXT_MONTH)
    measured = measure_communes(session, period, EVERYTHING, as_of=NEXT_MONTH)
    assert asdict(whole.total[1]) == asdict(measured.total.tally)
    assert make_(session, "ii06a", Place(is_unassigned=True)).total[1].received == 1
    here = Reader(Scope(units=frozenset({make.TAN_LAC})), EVERYTHING)
    assert list(by_name(make_(session, "communes", Place(), here))) == ["Xã Tân Lạc"]


def test_nobody_gets_another_communes_report(session, codes):
    stranger = Reader(Scope(units=frozenset({make.MUONG_BI})), EVERYTHING)
    for name in ("ii06a", "register", "overdue"):
        with pytest.raises(NotFoundError):
            make_(session, name, HERE, stranger)
        with pytest.raises(NotFoundError):
            make_(session, name, Place("99999"))


def test_around_the_table_stands_what_it_rests_on(session, codes):
    about = make_(session, "ii06a").about
    head = session.scalar(text("SELECT max(id) FROM dossier_events"))
    assert about["unit"] == "Xã Tân Lạc (05128)"
    assert about["period"] == "từ ngày 01/03/2026 đến hết ngày 31/03/2026"
    assert (about["event_head"], about["at"]) == (str(head), "00:00 01/04/2026")
    assert about["definitions"] == "ii06a/1"
    assert make_(session, "communes", Place()).about["definitions"] == (
        "communes/1, full_online/1, on_time_finished/1.day"
    )
    revision = load_reference(session).calendar.revision
    assert about["calendar_revision"] == str(revision)
    assert about["state"] == "số liệu hiện có, chưa chốt"


def test_the_register_has_each_dossier_received_by_initials_and_no_address(session, codes):
    make.a_dossier(
        session,
        now=make.NOW + timedelta(hours=1),
        applicant=make.a_person("Đinh Văn Ước", phone="0912345678", address="Xóm 3"),
        return_form=ReturnForm.POSTAL,
    )
    early = make.NOW - timedelta(days=20)
    make.a_dossier(session, now=early)
    sheet = make_(session, "register")
    assert column(sheet, "1") == [1, 2, 3, 4, 5]
    assert column(sheet, "2")[:4] == sorted(codes)
    assert set(column(sheet, "5")) == {"B. T. Hoà", "Đ. V. Ước"}
    assert sheet.lines[4][5:7] == ("•••••••678", "Xã Tân Lạc")
    assert sheet.lines[4][10] == "Bưu chính công ích"
    assert "Xóm 3" not in as_csv(sheet).decode()
    period = make_period(*MARCH, NEXT_MONTH)
    tally = measure_unit(session, make.TAN_LAC, period, EVERYTHING, as_of=NEXT_MONTH).total.tally
    assert len(sheet.lines) == tally.received == 5


def test_a_reader_of_figures_alone_sees_no_applicant(session, codes):
    sheet = make_(session, "register", reader=Reader(EVERYTHING, NOTHING))
    assert set(column(sheet, "5")) == {None}
    assert "Hoà" not in as_csv(sheet).decode()


def test_who_is_late_is_told_with_officer_stage_and_working_days(session, codes):
    linked = make.a_dossier(session, procedure_code=make.LINKED)
    later = make.a_dossier(session, now=make.NOW + timedelta(days=1))
    act(session, codes[3], Action.HAND_OVER, officer="an.nguyen")
    as_of = datetime(2026, 3, 20, 3, 0, tzinfo=UTC)
    sheet = make_(session, "overdue", as_of=as_of, period=(date(2026, 3, 1), date(2026, 4, 1)))
    assert column(sheet, "2") == [codes[3], later.code]
    assert sheet.lines[0][4] == "an.nguyen"
    assert column(sheet, "9") == [11, 10]
    assert linked.code not in column(sheet, "2")
    period = make_period(*MARCH, as_of)
    tally = measure_unit(session, make.TAN_LAC, period, EVERYTHING, as_of=as_of).total.tally
    assert tally.by_day.pending_late == len(sheet.lines) == 2


def test_who_is_late_is_told_as_it_was_then(session, codes):
    act(session, codes[3], Action.HAND_OVER, now=make.NOW + timedelta(hours=1), officer="an")
    act(session, codes[3], Action.ASSIGN, now=LATE + timedelta(days=3), officer="binh")
    act(session, codes[3], Action.FINISH, now=LATE + timedelta(days=4))
    then, now = LATE + timedelta(days=1), LATE + timedelta(days=5)
    told = make_(session, "overdue", as_of=then)
    assert (column(told, "2"), column(told, "5")) == ([codes[3]], ["an"])
    assert make_(session, "overdue", as_of=now).lines == []


def test_the_stage_is_that_of_the_moment(session, codes):
    code = make.a_dossier(session, procedure_code=make.LINKED).code
    as_of = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)
    sheet = make_(session, "overdue", as_of=as_of, period=(date(2026, 7, 1), date(2026, 9, 1)))
    lines = {line[1]: line for line in sheet.lines}
    assert lines[code][5] == "Tiếp nhận"
    assert lines[codes[3]][5] is None


def test_a_list_that_is_too_long_is_refused_and_counts_are_not(session, codes):
    with pytest.raises(ListTooLongError) as refused:
        make_(session, "register", most=3)
    assert refused.value.details == {"limit": "3"}
    assert make_(session, "register", most=4).lines
    assert make_(session, "overdue", most=1).lines, "only who is still open is looked at"
    assert make_(session, "ii06a", most=1).total[1].received == 4


@pytest.mark.parametrize(("name", "statements"), [("ii06a", 3), ("register", 7), ("overdue", 7)])
def test_a_report_takes_as_many_statements_however_long_it_is(session, codes, name, statements):
    make_(session, name)
    with counted_statements(session) as seen:
        make_(session, name)
    assert len(seen) == statements, seen


def test_the_same_moment_gives_the_same_bytes_whatever_was_typed_in_after_it(session, codes):
    at = NEXT_MONTH
    before = as_csv(make_(session, "ii06a", as_of=at))
    act(session, codes[3], Action.HAND_OVER, now=at + timedelta(hours=1))
    act(session, codes[3], Action.FINISH, now=at + timedelta(hours=2))
    assert as_csv(make_(session, "ii06a", as_of=at)) == before


def test_every_counted_column_is_a_sum_of_published_numbers(session, codes):
    sheet = make_(session, "ii06a")
    line, tally = sheet.total
    for column_, cell in zip(sheet.layout.columns, line, strict=True):
        if column_.mark in sheet.layout.counted:
            names = sheet.layout.counted[column_.mark].numbers
            assert cell == sum(NUMBERS[name].of(tally) for name in names)
    assert pool([tally]) == tally
