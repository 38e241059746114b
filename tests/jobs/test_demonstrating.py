"""Filling a database with demonstration data: the rows are those the use cases would write."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import func, inspect, select

from tests import make
from tests.commands import run_command
from tthc.domain.accounts import Role
from tthc.domain.deadlines import Offices
from tthc.domain.demonstration.arrivals import plan_arrivals
from tthc.domain.demonstration.plots import tell_life
from tthc.domain.dossier import rebuild
from tthc.domain.moment import civil_day, start_of_day
from tthc.domain.replaying import replay
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.services.accounts import DEMO_DOMAIN, DEMO_PASSWORD, list_users
from tthc.services.calendars import load_calendars
from tthc.services.demonstration import prepare_demonstration
from tthc.services.demonstration_pages import write_page
from tthc.services.dossiers import Command, act_on_dossier, lodge_dossier
from tthc.services.overdue import sweep_page
from tthc.services.passwords import HashCost, is_right_password
from tthc.services.recording import dump_ledger, load_ledger, state_of
from tthc.storage.tables.accounts import User
from tthc.storage.tables.dossiers import (
    ClockStop,
    CodeCounter,
    Dossier,
    DossierEvent,
    DueVersion,
    Party,
)
from tthc.storage.tables.reference import ServiceLevelRow
from tthc.storage.tables.stages import DossierStage

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""Friday 20 November 2026, 10:00 in Viet Nam."""
OF_A_DOSSIER = (Party, DossierEvent, DueVersion, ClockStop, DossierStage)


def wish(dossiers=300, communes=3, seed=5, **changes):
    return DemoWish(communes, dossiers, seed, **changes)


def fill(url, wanted, now=NOW):
    migrate(url, make.ROOT, now=now)
    seen = []
    report = demonstrate(url, wanted, progress=seen.append, now=now)
    return report, seen


def tell(session, count, seed=3):
    make.a_desk(session)
    rng = Random(seed)
    stage = prepare_demonstration(session, 5, rng, now=NOW)
    until = start_of_day(stage.today)
    return [tell_life(a, rng, until=until) for a in plan_arrivals(stage, count, rng)]


def columns(row, *left_out):
    return {a.key: getattr(row, a.key) for a in inspect(row).mapper.column_attrs} | dict.fromkeys(
        left_out
    )


def _place(row):
    return str((row.get("version"), row.get("round"), row.get("number")))


def facts_of(session, dossier_id):
    dossier = session.get(Dossier, dossier_id)
    told = [columns(dossier, "id", "code", "is_demo")]
    for table in OF_A_DOSSIER:
        rows = session.scalars(select(table).where(table.dossier_id == dossier_id))
        found = [columns(row, "dossier_id", "id") for row in rows]
        told.append(sorted(found, key=_place))
    return told


def test_a_page_is_what_the_use_cases_would_have_written(session):
    lives = tell(session, 250)
    write_page(session, lives)
    ids = session.scalars(select(Dossier.id).order_by(Dossier.id)).all()
    for dossier_id, life in zip(ids, lives, strict=True):
        first = life.events[0]
        clerk = make.a_clerk(life.new.receiving_unit, first.actor)
        sheet = lodge_dossier(session, life.new, clerk, now=first.at)
        for step in life.steps:
            clerk = make.a_clerk(life.new.receiving_unit, step.actor)
            order = (step.action, Command(step.details))
            act_on_dossier(session, sheet.dossier.code, order, clerk, now=step.at)
        session.expire_all()
        assert facts_of(session, dossier_id) == facts_of(session, sheet.dossier.id)


def test_every_row_follows_from_its_events(session):
    write_page(session, tell(session, 250))
    events = select(DossierEvent).order_by(DossierEvent.version)
    by_dossier = {}
    for event in session.scalars(events):
        by_dossier.setdefault(event.dossier_id, []).append(event.changes)
    for dossier in session.scalars(select(Dossier)):
        assert dossier.is_demo
        assert rebuild(by_dossier[dossier.id]) == state_of(dossier)


def test_numbers_have_no_gap_and_go_on(session):
    lives = tell(session, 250)
    assert write_page(session, []) == 0
    write_page(session, lives[:100])
    write_page(session, lives[100:])
    numbers = {}
    for code in session.scalars(select(Dossier.code).order_by(Dossier.id)):
        agency_day, number = code.rsplit("-", 1)
        numbers.setdefault(agency_day, []).append(int(number))
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    counted = {
        f"{row.agency_code}-{row.day:%y%m%d}": row.last_number
        for row in session.scalars(select(CodeCounter))
    }
    assert counted == {key: len(found) for key, found in numbers.items()}
    last = lives[-1].arrival
    key = f"{last.desk.place.agency_code}-{civil_day(last.at):%y%m%d}"
    unit = last.desk.place.unit_code
    code = make.a_dossier(session, now=last.at, receiving_unit=unit).code
    assert code == f"{key}-{counted[key] + 1:04d}"


def test_the_ladder_has_work(session):
    write_page(session, tell(session, 2_000))
    assert sweep_page(session, now=NOW).raised > 10


def test_the_same_wish_gives_the_same_data_and_twice_as_many(committed_url, committed_sessions):
    report, seen = fill(committed_url, wish())
    assert (report.was_empty, report.communes, report.dossiers) == (True, 3, 300)
    assert seen == [300]
    again, _ = fill(committed_url, wish())
    assert again.was_empty is False
    assert again.events == report.events
    with committed_sessions.begin() as session:
        rows = session.scalars(select(Dossier).order_by(Dossier.id)).all()
        assert [state_of(row) for row in rows[:300]] == [state_of(row) for row in rows[300:]]
        assert session.scalar(select(func.count()).select_from(ServiceLevelRow)) == 40


def test_a_database_with_dossiers_is_left_alone_on_demand(committed_url, committed_sessions):
    first, _ = fill(committed_url, wish(only_if_empty=True))
    assert first.dossiers == 300
    second, seen = fill(committed_url, wish(only_if_empty=True))
    assert (second.was_empty, second.dossiers, seen) == (False, 0, [])
    with committed_sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 300


def test_every_role_has_a_user_who_can_sign_in(session):
    tell(session, 1)
    tell(session, 1)
    users = {user.username: user for user in list_users(session, email_suffix=DEMO_DOMAIN)}
    assert len(users) == 4 + 4 * 5 + 1
    assert {role.role for user in users.values() for role in user.roles} == set(Role)
    (grant,) = users["can-bo-2.tan-lac"].roles
    assert (grant.role, grant.unit_code) == (Role.OFFICER, make.TAN_LAC)
    kept = session.scalar(select(User.password_hash).where(User.username == "mot-cua.tan-lac"))
    assert is_right_password(kept, DEMO_PASSWORD, HashCost())


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, environment="trial", **env):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: NOW}
        return run_command("demo", *words, **place, environment=environment, env=env)

    return call


def test_the_command_tells_what_it_made(run):
    made = run("--communes", "2", "--dossiers", "50", "--seed", "9", "--json")
    assert made.status == 0, made.err
    told = json.loads(made.out)
    assert (told["communes"], told["dossiers"]) == (2, 50)
    assert made.err.splitlines()[-1] == "50/50 dossiers"
    left = run("--if-empty")
    assert left.status == 0
    assert "nothing was done" in left.out


def test_where_a_register_was_imported_only_users_are_made_and_that_is_said(
    run, committed_sessions
):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        make.a_dossier(session)
    made = run("--if-empty")
    assert "25 demonstration users were added and no dossier" in made.out
    with committed_sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1
        assert session.scalar(select(func.count()).select_from(ServiceLevelRow)) == 0
        users = {user.username for user in list_users(session, email_suffix=DEMO_DOMAIN)}
    assert {"mot-cua.tan-lac", "can-bo.tan-lac", "lanh-dao.tan-lac"} <= users
    assert "nothing was done" in run("--if-empty").out


def test_published_passwords_are_not_put_beside_real_users(run, committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        make.a_dossier(session)
        make.a_user(session, "somebody")
    assert json.loads(run("--if-empty", "--json").out)["users"] == 0


def test_a_terminal_is_shown_a_bar(run):
    made = run("--communes", "1", "--dossiers", "20", FORCE_COLOR="1")
    assert made.status == 0, made.err
    assert "Hồ sơ · dossiers" in made.err


def test_all_communes_with_an_agency_code_can_take_part(session):
    make.a_desk(session)
    stage = prepare_demonstration(session, 148, Random(1), now=NOW)
    with_agency_code = 145
    assert len({desk.reception for desk in stage.desks}) == with_agency_code


def test_the_command_is_refused_in_production(run):
    refused = run("--dossiers", "10", "--json", environment="production")
    assert json.loads(refused.out)["error"]["code"] == "demo_refused"


def test_every_stored_due_date_is_what_its_derivation_gives_again(
    committed_url, committed_sessions
):
    fill(committed_url, wish())
    with committed_sessions.begin() as session:
        layers = load_calendars(session, 1)
        query = select(DueVersion, Dossier).join(Dossier, Dossier.id == DueVersion.dossier_id)
        found = session.execute(query).all()
        assert len(found) > 250
        for row, dossier in found:
            offices = Offices(layers.of(dossier.receiving_unit), layers.of(dossier.resolving_unit))
            again = replay(load_ledger(row.ledger), {1: offices}.__getitem__)
            assert (again.due_at, again.overdue_at) == (row.due_at, row.overdue_at)
            assert dump_ledger(again.ledger) == row.ledger


def test_procedures_of_several_agencies_are_passed_on_and_some_stages_are_behind(session):
    write_page(session, tell(session, 2_000))
    stages = session.scalars(select(DossierStage)).all()
    assert {stage.agency for stage in stages} >= {"", "Cơ quan thuế", "Cơ quan Bảo hiểm xã hội"}
    ended = [stage for stage in stages if stage.ended_at and stage.overdue_at]
    behind = [stage for stage in ended if stage.ended_at >= stage.overdue_at]
    assert 0 < len(behind) < len(ended)
