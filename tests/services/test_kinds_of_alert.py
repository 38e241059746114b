"""What else staff must hear of: who waits at the desk, for papers, for a date, for an apology."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests import make
from tests.jobs.alerting import LATE, act
from tests.make import MUONG_BI, TAN_LAC
from tthc.domain.dossier import Channel
from tthc.domain.ladder import AlertKind
from tthc.domain.lifecycle import Action
from tthc.services.loading import ReferenceFiles, load_reference_files
from tthc.services.overdue import Resume, sweep_page
from tthc.storage.queries.alerts import IS_STALE
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.dossiers import Dossier


@pytest.fixture(autouse=True)
def desk(session):
    make.a_desk(session)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def told(session, *, now):
    """Sweep to the end; return what is new, as (kind, rung)."""
    last = max(session.scalars(select(Alert.id)), default=0)
    resume = Resume()
    while resume is not None:
        resume = sweep_page(session, resume, now=now).resume
    new = select(Alert.kind, Alert.rung).where(Alert.id > last).order_by(Alert.id)
    return [tuple(row) for row in session.execute(new)]


def stale(session):
    session.flush()
    return list(session.scalars(select(IS_STALE).join(Alert, Alert.dossier_id == Dossier.id)))


def an_online_dossier(session, **changes):
    dossier = make.a_dossier(session, channel=Channel.ONLINE, now=at("2026-03-02T15:00"), **changes)
    session.flush()
    return dossier


def test_a_registered_dossier_is_told_after_eight_working_hours_to_the_minute(session):
    dossier = an_online_dossier(session)  # 2 hours are left of Monday
    for early in ("2026-03-02T20:00", "2026-03-03T15:29"):
        assert told(session, now=at(early)) == []
    assert told(session, now=at("2026-03-03T15:30")) == [(AlertKind.UNACCEPTED, "unaccepted_8h")]
    assert told(session, now=at("2026-03-09T10:00")) == []
    [alert] = session.scalars(select(Alert))
    assert (alert.since_at, alert.due_at, alert.amount) == (at("2026-03-02T15:00"), None, 8)
    assert stale(session) == [False]
    act(session, dossier.code, Action.ACCEPT, now=at("2026-03-09T10:00"))
    assert stale(session) == [True]


def test_who_waits_since_before_a_holiday_waits_no_working_hour_over_it(session):
    an_online_dossier(session)
    session.execute(update(Dossier).values(registered_at=at("2026-04-24T16:00")))  # a Friday
    assert told(session, now=at("2026-04-27T09:00")) == []  # Hùng Kings' Day, off
    assert told(session, now=at("2026-04-28T16:29")) == []
    assert len(told(session, now=at("2026-04-28T16:30"))) == 1


def test_the_receiving_unit_accepts_and_returns_and_the_resolving_unit_solves(session):
    dossier = an_online_dossier(session, resolving_unit=MUONG_BI)
    told(session, now=at("2026-03-04T10:00"))
    act(session, dossier.code, Action.ACCEPT, now=at("2026-03-04T10:00"))
    told(session, now=at("2026-03-13T10:00"))
    act(session, dossier.code, Action.HAND_OVER, now=at("2026-03-13T10:00"))
    act(session, dossier.code, Action.FINISH, now=at("2026-03-13T10:00"))
    told(session, now=at("2026-04-13T10:00"))
    units = dict(session.execute(select(Alert.kind, Alert.unit_code)).all())
    assert units == {
        AlertKind.UNACCEPTED: TAN_LAC,
        AlertKind.DUE: MUONG_BI,
        AlertKind.UNAPOLOGISED: MUONG_BI,
        AlertKind.UNCOLLECTED: TAN_LAC,
    }


def test_each_supplement_that_does_not_come_is_told_anew(session):
    """Asked on Monday 2 March: told on the tenth working day after, and again on the twentieth."""
    dossier = make.a_dossier(session)
    session.flush()
    wanted = {"reason": "Thiếu", "papers": ("A",)}
    act(session, dossier.code, Action.REQUEST_SUPPLEMENT, **wanted)
    assert told(session, now=at("2026-03-13T23:59")) == []
    assert told(session, now=at("2026-03-16T00:00")) == [(AlertKind.SUPPLEMENT, "supplement_10")]
    assert told(session, now=at("2026-03-30T08:00")) == [(AlertKind.SUPPLEMENT, "supplement_20")]
    assert stale(session) == [False, False]
    act(session, dossier.code, Action.TAKE_SUPPLEMENT, now=at("2026-03-30T09:00"))
    assert stale(session) == [True, True]
    act(session, dossier.code, Action.REQUEST_SUPPLEMENT, now=at("2026-03-30T10:00"), **wanted)
    assert stale(session) == [True, True]
    assert told(session, now=at("2026-04-14T08:00")) == [(AlertKind.SUPPLEMENT, "supplement_10")]


def test_a_second_request_is_told_of_where_there_is_no_due_date(session):
    dossier = make.a_dossier(session)
    session.flush()
    undated(session)
    wanted = {"reason": "Thiếu", "papers": ("A",)}
    for day in (2, 20):
        now = at(f"2026-03-{day:02}T11:00")
        act(session, dossier.code, Action.REQUEST_SUPPLEMENT, now=now, **wanted)
        assert len(told(session, now=now + timedelta(days=16))) == 1
        act(session, dossier.code, Action.TAKE_SUPPLEMENT, now=now + timedelta(days=17))
    assert set(session.scalars(select(Alert.occasion))) == {1, 2}


def test_papers_asked_for_before_acceptance_are_waited_for_too(session):
    dossier = an_online_dossier(session)
    when = at("2026-03-02T16:00")
    act(session, dossier.code, Action.REQUEST_SUPPLEMENT, now=when, reason="Thiếu", papers=("A",))
    assert told(session, now=at("2026-03-13T08:00")) == []
    assert told(session, now=at("2026-03-16T08:00")) == [(AlertKind.SUPPLEMENT, "supplement_10")]
    assert session.scalar(select(Alert.since_at)) == when


def test_a_result_that_stays_at_the_desk_is_told_until_it_is_returned(session):
    dossier = make.a_dossier(session)
    session.flush()
    act(session, dossier.code, Action.HAND_OVER)
    act(session, dossier.code, Action.FINISH)
    assert told(session, now=at("2026-03-06T17:00")) == []
    assert told(session, now=at("2026-03-09T00:00")) == [(AlertKind.UNCOLLECTED, "uncollected_5")]
    act(session, dossier.code, Action.RETURN, now=at("2026-03-09T09:00"))
    assert stale(session) == [True]
    assert told(session, now=at("2026-06-09T09:00")) == []


def undated(session):
    session.execute(
        update(Dossier).values(
            due_at=None, overdue_at=None, original_due_at=None, original_overdue_at=None
        )
    )
    session.expire_all()


def test_a_dossier_without_a_due_date_is_told_once(session):
    make.a_dossier(session)
    session.flush()
    undated(session)
    assert told(session, now=at("2026-03-06T17:00")) == []
    assert told(session, now=at("2026-03-09T00:00")) == [(AlertKind.UNDATED, "undated_5")]
    assert told(session, now=at("2026-06-09T00:00")) == []


def test_a_late_dossier_without_an_apology_is_told_besides(session):
    make.a_dossier(session)
    assert told(session, now=LATE) == [(AlertKind.DUE, "late_1")]
    assert told(session, now=LATE + timedelta(days=3)) == [
        (AlertKind.UNAPOLOGISED, "unapologised_2")
    ]


def test_an_apology_ends_it_and_an_alert_that_waited_for_it(session):
    dossier = make.a_dossier(session)
    session.flush()
    late = LATE + timedelta(days=3)
    told(session, now=late)
    of_it = select(IS_STALE).join(Alert, Alert.dossier_id == Dossier.id)
    of_it = of_it.where(Alert.kind == AlertKind.UNAPOLOGISED)
    assert list(session.scalars(of_it)) == [False]
    sorry = {"reason": "Thiếu cán bộ", "responsible_unit": TAN_LAC}
    act(session, dossier.code, Action.APOLOGISE, now=late, **sorry)
    assert list(session.scalars(of_it)) == [True]
    other = make.a_dossier(session)
    session.flush()
    act(session, other.code, Action.APOLOGISE, now=LATE, **sorry)
    assert (AlertKind.UNAPOLOGISED, "unapologised_2") not in told(session, now=late)


def test_who_was_given_another_date_with_an_apology_is_not(session):
    dossier = make.a_dossier(session)
    session.flush()
    new = {"reason": "Xin lỗi", "responsible_unit": TAN_LAC, "new_due_on": date(2026, 3, 6)}
    act(session, dossier.code, Action.EXTEND, **new)
    assert told(session, now=at("2026-03-20T08:00")) == [(AlertKind.DUE, "late_10")]


LADDER_OF_MUONG_BI = [
    {"rung": f"late_{n}", "scope": MUONG_BI, "kind": "due", "amount": str(n), "urgent": "false"}
    | {"audience": "manager", "source": "Quyết định của xã", "note": ""}
    for n in (2, 3)
]


def with_rows(**more):
    rows = dict(make.reference_files().rows)
    return ReferenceFiles(rows | {name: [*rows[name], *new] for name, new in more.items()})


def test_a_unit_with_rungs_of_its_own_goes_by_them_for_that_kind_alone(session):
    load_reference_files(session, with_rows(ladder=LADDER_OF_MUONG_BI), now=make.NOW)
    make.a_dossier(session)
    make.a_dossier(session, receiving_unit=MUONG_BI)
    assert told(session, now=LATE) == [(AlertKind.DUE, "late_1")]
    later = told(session, now=LATE + timedelta(days=3))
    assert sorted(later) == [
        (AlertKind.DUE, "late_2"),
        (AlertKind.UNAPOLOGISED, "unapologised_2"),
        (AlertKind.UNAPOLOGISED, "unapologised_2"),
    ]
    alert = session.scalars(select(Alert).where(Alert.rung == "late_2")).one()
    assert alert.unit_code == MUONG_BI


def test_a_day_off_of_one_unit_is_no_day_late_there(session):
    closed = {"day": "2026-03-06", "kind": "NGHI", "scope": MUONG_BI, "name": "Lũ"}
    closed |= {"legal_basis": "", "provisional": "false", "source": "Thông báo của xã"}
    load_reference_files(session, with_rows(calendar=[closed]), now=make.NOW)
    make.a_dossier(session)
    make.a_dossier(session, receiving_unit=MUONG_BI)
    told(session, now=LATE - timedelta(days=1))
    assert told(session, now=LATE) == [(AlertKind.DUE, "late_1")]
    assert session.scalar(select(Alert.unit_code).where(Alert.rung == "late_1")) == TAN_LAC
    assert (AlertKind.DUE, "late_1") in told(session, now=LATE + timedelta(days=3))
