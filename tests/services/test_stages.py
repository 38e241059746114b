"""Stages as reference data, and dossiers that go through them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import make
from tthc.domain.catalogue import CaseUnknownError
from tthc.domain.dossier import Channel, Details, StopReason, rebuild
from tthc.domain.lifecycle import Action
from tthc.domain.passing import NoNextStageError
from tthc.domain.stage_rules import StagesInvalidError
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.loading import ReferenceFiles, load_reference_files
from tthc.services.recording import state_of
from tthc.services.reference import UnitUnknownError, load_reference
from tthc.services.reference_rows import VersionUnknownError
from tthc.storage.queries.dossiers import list_events
from tthc.storage.queries.stages import list_stages
from tthc.storage.tables.stages import DossierStage, ProcedureStage

POLICE, INSURANCE = "Công an cấp xã", "Cơ quan Bảo hiểm xã hội"
REASON = Details(reason="Thiếu giấy tờ", papers=("Giấy chứng sinh",))
FLOOD = Details(reason="Lũ", stop_reason=StopReason.FORCE_MAJEURE)


def edited(edit):
    rows = {key: [dict(row) for row in value] for key, value in make.reference_files().rows.items()}
    edit(rows)
    return ReferenceFiles(rows)


def load(session, edit):
    return load_reference_files(session, edited(edit), now=make.NOW)


def set_first(**changes):
    return lambda rows: rows["stages"][0].update(changes)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"number": "4"}, StagesInvalidError),
        ({"amount": "15"}, StagesInvalidError),  # 15, 7 and 5 working days in 20 days
        ({"procedure_code": "9.999999"}, VersionUnknownError),
        ({"version_from": "2020-01-01"}, VersionUnknownError),
        ({"case_code": "long"}, CaseUnknownError),
        ({"unit_code": "99999"}, UnitUnknownError),
    ],
)
def test_stages_that_fit_nothing_are_refused(session, changes, refusal):
    with pytest.raises(refusal):
        load(session, set_first(**changes))


def test_the_table_says_what_the_file_says(session):
    make.a_desk(session)
    assert not load(session, len).is_changed
    before = len(session.scalars(select(ProcedureStage)).all())

    def shorten(rows):
        rows["stages"] = [row for row in rows["stages"][1:] if row["procedure_code"] == make.LINKED]
        for number, row in enumerate(rows["stages"], 1):
            row["number"] = str(number)

    assert load(session, shorten).changed["stages"] == before
    found = session.scalars(select(ProcedureStage).order_by(ProcedureStage.number)).all()
    assert [row.agency for row in found] == [POLICE, INSURANCE]
    (version,) = load_reference(session).procedure(make.LINKED).versions
    assert version.stages_of("default")[0].name == "Đăng ký thường trú"
    assert version.stages_of("long") == ()


@pytest.fixture
def dossier(session):
    """Received on Monday 2 March 2026 at 10:00."""
    make.a_desk(session)
    return make.a_dossier(session, procedure_code=make.LINKED)


def step(session, dossier, action, days=0, details=REASON):
    at = make.NOW + timedelta(days=days)
    order = (action, Command(details, happened_at=at))
    act_on_dossier(session, dossier.code, order, make.everybody(), now=at)


def runs(session, dossier):
    session.expire_all()
    return [
        (row.round, row.number, row.started_at, row.ended_at)
        for row in list_stages(session, dossier.id)
    ]


def day(number):
    return make.NOW + timedelta(days=number)


def told_by_events(session, dossier):
    """The same stages from nothing but the events' changes."""
    found, last = [], None
    states = []
    for event in list_events(session, dossier.id):
        states.append(event.changes)
        state = rebuild(states)
        key = (state.stage_round, state.current_stage)
        if state.current_stage is not None and key != last:
            if found:
                found[-1][3] = event.happened_at
            found.append([*key, event.happened_at, None])
            last = key
        if state.ended_at and found[-1][3] is None:
            found[-1][3] = event.happened_at
    return [tuple(run) for run in found]


def test_each_stage_is_kept_with_who_by_when_and_since_when(session, dossier):
    step(session, dossier, Action.HAND_OVER, 0, Details(officer="ho-tich"))
    step(session, dossier, Action.PASS_ON, 1, Details())
    desk, birth, residence = list_stages(session, dossier.id)
    assert (desk.name, desk.unit_code, desk.ended_at) == ("Tiếp nhận", make.TAN_LAC, day(0))
    assert (birth.name, birth.agency, birth.officer) == ("Đăng ký khai sinh", "", "ho-tich")
    assert birth.due_at == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    assert (residence.agency, residence.officer, dossier.officer) == (POLICE, None, None)
    assert (residence.limit_amount, residence.is_confirmed, residence.is_inherited) == (
        7,
        False,
        False,
    )
    assert residence.due_at == datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
    assert (dossier.stage_round, dossier.current_stage) == (1, 2)
    assert dossier.due_at == datetime(2026, 3, 23, 10, 0, tzinfo=UTC)


def test_rows_of_stages_follow_from_the_events(session, dossier):
    step(session, dossier, Action.HAND_OVER)
    step(session, dossier, Action.PASS_ON, 1)
    step(session, dossier, Action.REQUEST_SUPPLEMENT, 2)
    step(session, dossier, Action.TAKE_SUPPLEMENT, 7)
    step(session, dossier, Action.HAND_OVER, 8)
    step(session, dossier, Action.FINISH, 9)
    assert runs(session, dossier) == told_by_events(session, dossier)
    assert runs(session, dossier) == [
        (1, 0, day(0), day(0)),
        (1, 1, day(0), day(1)),
        (1, 2, day(1), day(7)),
        (2, 0, day(7), day(8)),
        (2, 1, day(8), day(9)),
    ]
    events = list_events(session, dossier.id)
    assert events[-1].facts == {
        "reason": "Thiếu giấy tờ",
        "papers": ["Giấy chứng sinh"],
        "skipped_stages": [2, 3],
    }
    assert rebuild(event.changes for event in events) == state_of(dossier)


def test_a_stage_stands_while_the_clock_stands(session, dossier):
    step(session, dossier, Action.HAND_OVER)
    step(session, dossier, Action.PASS_ON, 1)
    step(session, dossier, Action.PAUSE, 2, FLOOD)
    step(session, dossier, Action.RESUME, 4)
    running = list_stages(session, dossier.id)[-1]
    assert running.due_at == datetime(2026, 3, 16, 10, 0, tzinfo=UTC)  # two working days
    assert running.ledger[-1]["facts"]["reason"] == "force_majeure"


def test_an_online_dossier_enters_its_stages_when_it_is_accepted(session, dossier):
    online = make.a_dossier(session, procedure_code="1.012753", channel=Channel.ONLINE)
    assert (online.current_stage, runs(session, online)) == (None, [])
    step(session, online, Action.ACCEPT, 1)
    assert runs(session, online) == [(1, 0, day(1), None)]


def test_a_dossier_received_before_its_procedure_had_stages_goes_on_without(session):
    def without(rows):
        rows["stages"] = [row for row in rows["stages"] if row["procedure_code"] != make.LINKED]

    load(session, without)
    dossier = make.a_dossier(session, procedure_code=make.LINKED)
    make.a_desk(session)
    step(session, dossier, Action.HAND_OVER)
    assert (dossier.current_stage, runs(session, dossier)) == (None, [])
    with pytest.raises(NoNextStageError):
        step(session, dossier, Action.PASS_ON, 1)


def test_a_stage_keeps_the_limit_it_began_with_and_the_next_one_has_the_new(session, dossier):
    step(session, dossier, Action.HAND_OVER)

    def renew(rows):
        rows["stages"][0]["amount"], rows["stages"][1]["amount"] = "2", "3"

    load(session, renew)
    step(session, dossier, Action.PAUSE, 1, FLOOD)
    step(session, dossier, Action.RESUME, 2)
    step(session, dossier, Action.PASS_ON, 3)
    _, birth, residence = list_stages(session, dossier.id)
    assert (birth.limit_amount, residence.limit_amount) == (1, 3)
    assert birth.due_at == datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def test_a_plan_taken_away_lets_a_dossier_finish(session, dossier):
    load(session, lambda rows: rows["stages"].clear())
    step(session, dossier, Action.HAND_OVER)
    step(session, dossier, Action.FINISH, 1)
    assert runs(session, dossier) == [(1, 0, day(0), day(0))]


def test_the_database_keeps_one_stage_open(session, dossier):
    first = list_stages(session, dossier.id)[0]
    names = [c.key for c in DossierStage.__table__.columns]
    values = {name: getattr(first, name) for name in names} | {"number": 1}
    session.add(DossierStage(**values))
    with pytest.raises(IntegrityError, match="uq_dossier_stages_open"):
        session.flush()


def test_a_stage_without_a_limit_has_no_date_and_stands_as_the_others(session):
    load(session, set_first(unit="none", amount=""))
    dossier = make.a_dossier(session, procedure_code=make.LINKED)
    step(session, dossier, Action.HAND_OVER)
    step(session, dossier, Action.PAUSE, 1, FLOOD)
    step(session, dossier, Action.RESUME, 2)
    running = list_stages(session, dossier.id)[-1]
    assert (running.due_at, running.overdue_at, running.ledger) == (None, None, [])
    step(session, dossier, Action.PASS_ON, 3)
    assert dossier.current_stage == 2
