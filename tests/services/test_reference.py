"""Reference data: loaded twice nothing changes, two truths for one day are refused."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tthc.domain.catalogue import OverlapError
from tthc.domain.errors import NotReadyError
from tthc.domain.reference import ServiceLevel
from tthc.domain.scope import EVERYTHING
from tthc.services.calendars import load_calendars
from tthc.services.loading import (
    LevelDecision,
    ReferenceFiles,
    load_reference_files,
    load_service_levels,
)
from tthc.services.metrics import make_period, measure_communes
from tthc.services.reference import load_reference


def changed(name, edit):
    rows = {key: [dict(row) for row in value] for key, value in make.reference_files().rows.items()}
    edit(rows[name])
    return ReferenceFiles(rows)


def load(session, files):
    report = load_reference_files(session, files, now=make.NOW)
    session.flush()
    return report


def test_without_reference_data_nothing_is_guessed(session):
    with pytest.raises(NotReadyError):
        load_reference(session)


def test_a_second_load_changes_nothing(session):
    assert load(session, make.reference_files()).is_changed
    before = load_reference(session)
    assert not load(session, make.reference_files()).is_changed
    assert load_reference(session) is before


def test_a_changed_row_is_seen_by_every_reader_at_once(session):
    make.a_desk(session)
    before = load_reference(session)

    def rename(rows):
        next(row for row in rows if row["code"] == make.TAN_LAC)["name"] = "Xã Tân Lạc mới"

    assert load(session, changed("units", rename)).changed["units"] == 1
    after = load_reference(session)
    assert after is not before
    assert after.units[make.TAN_LAC].name == "Xã Tân Lạc mới"


def test_a_new_day_off_makes_a_new_calendar_revision(session):
    make.a_desk(session)
    first = load_reference(session).calendar

    def close(rows):
        rows.append(rows[0] | {"day": "2026-12-25", "kind": "NGHI", "name": "Nghỉ bù"})

    load(session, changed("calendar", close))
    second = load_reference(session).calendar
    assert second.revision == first.revision + 1
    assert first.is_working_day(date(2026, 12, 25))
    assert not second.is_working_day(date(2026, 12, 25))


@pytest.mark.parametrize("name", ["units", "procedures"])
def test_two_rows_in_force_on_one_day_are_refused(session, name):
    def double(rows):
        rows.append(rows[-1] | {"valid_from": "2030-01-01"})

    with pytest.raises(OverlapError):
        load(session, changed(name, double))


def test_every_procedure_can_be_received_through_each_channel_it_offers(session):
    make.a_desk(session)
    reference = load_reference(session)
    day = date(2026, 3, 2)
    offers = [
        (entry.code, offer)
        for entry in reference.procedures.values()
        for offer in entry.version_on(day).offers
    ]
    assert len({code for code, _ in offers}) == 124
    for code, offer in offers:
        made = make.a_dossier(
            session, procedure_code=code, case_code=offer.case_code, channel=offer.channel
        )
        assert made.limit_id == offer.id


def test_changed_reception_hours_replace_the_old_ones(session):
    make.a_desk(session)

    def earlier(rows):
        for row in rows:
            if row["weekday"] == "1" and row["opens"] == "07:30":
                row["opens"] = "07:00"

    assert load(session, changed("hours", earlier)).changed["hours"] > 0
    monday = load_reference(session).calendar.shifts_on(date(2026, 3, 2))
    assert monday[0][0] == 7 * 60
    assert len(monday) == 2


def test_a_day_off_that_would_move_an_open_dossier_waits_for_a_campaign(session):
    make.a_desk(session)
    make.a_dossier(session)  # received on 2 March, due on 5 March 2026
    before = load_reference(session).calendar

    def close(rows):
        rows += [rows[0] | {"day": f"2026-{day}", "name": "Nghỉ"} for day in ("03-04", "03-06")]

    report = load(session, changed("calendar", close))
    assert (report.changed["calendar"], report.held) == (1, [date(2026, 3, 4)])
    after = load_reference(session).calendar
    assert after.is_working_day(date(2026, 3, 4))
    assert after.revision == before.revision + 1
    assert not after.is_working_day(date(2026, 3, 6))


def test_the_calendar_of_an_earlier_revision_can_be_laid_out_again(session):
    make.a_desk(session)
    first = load_reference(session).calendar

    def close(rows):
        rows.append(rows[0] | {"day": "2026-03-11", "kind": "NGHI", "scope": make.TAN_LAC})
        rows[:] = [row | {"name": "Đổi tên"} if row["day"] == "2026-01-01" else row for row in rows]

    load(session, changed("calendar", close))
    now = load_reference(session)
    assert not now.calendar_of(make.TAN_LAC).is_working_day(date(2026, 3, 11))
    assert now.calendar_of(make.MUONG_BI).is_working_day(date(2026, 3, 11))
    then = load_calendars(session, first.revision)
    assert then.of(make.TAN_LAC).is_working_day(date(2026, 3, 11))
    assert then.nation.special == first.special
    with pytest.raises(NotReadyError):
        load_calendars(session, 0)


def test_a_service_level_ends_where_the_next_one_begins(session):
    make.a_desk(session)

    def decide(code, level, day):
        decision = LevelDecision(code, level, day, "QĐ", "test")
        load_service_levels(session, [decision], now=make.NOW)

    decide(make.BIRTH, ServiceLevel.FULL_ONLINE, date(2026, 1, 1))
    decide(make.BIRTH, ServiceLevel.PARTIAL, date(2026, 3, 1))
    decide(make.MARRIAGE, ServiceLevel.FULL_ONLINE, date(2026, 2, 1))
    for day in ("2026-02-27", "2026-03-03"):
        at = make.NOW.replace(month=int(day[5:7]), day=int(day[8:]))
        make.a_dossier(session, now=at, procedure_code=make.BIRTH)
    as_of = make.NOW.replace(month=4)
    period = make_period(date(2026, 2, 1), date(2026, 4, 1), as_of)
    tally = measure_communes(session, period, EVERYTHING, as_of=as_of).total.tally
    assert (tally.received, tally.received_eligible) == (2, 1)
