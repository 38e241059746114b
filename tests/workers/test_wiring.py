"""Every bell has its task, every queue its worker, and nothing waits for Redis for ever."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from config.settings import Settings, SettingsError
from tthc.launch.processes import process_table
from tthc.services.slots import ABANDONED_AFTER
from workers.app import broker_url
from workers.context import make_doors
from workers.overdue import SWEEP
from workers.schedule import QUEUES, TASKS

TABLE = process_table(host="127.0.0.1", port=8000, beat_schedule="beat")


def own_tasks(app):
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_bell_rings_a_registered_task(app):
    app.loader.import_default_modules()
    rung = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert rung == own_tasks(app) == {task.name for task in TASKS}


def test_every_queue_used_is_consumed_and_every_queue_consumed_is_used(app):
    command = TABLE.services["worker"]
    consumed = set(command[command.index("-Q") + 1].split(","))
    used = {route["queue"] for route in app.conf.task_routes.values()}
    assert used | {app.conf.task_default_queue} == consumed
    assert QUEUES.keys() == own_tasks(app)


def test_the_commands_name_modules_that_exist():
    for name in ("worker", "beat", "relay"):
        module = next(part for part in TABLE.services[name] if part.startswith("workers."))
        assert Path(f"{module.replace('.', '/')}.py").is_file()


def test_a_bell_expires_before_it_is_rung_again(app):
    for entry in app.conf.beat_schedule.values():
        if isinstance(entry["schedule"], float):
            assert entry["options"]["expires"] < entry["schedule"]


def test_a_turn_of_the_sweep_is_rung_again_should_its_bell_be_lost(app):
    [sweep] = [e for e in app.conf.beat_schedule.values() if e["task"] == SWEEP.name]
    assert 2 * sweep["schedule"] < SWEEP.period.total_seconds()


def test_a_task_ends_before_it_is_delivered_again(app):
    options = app.conf.broker_transport_options
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit
    assert app.conf.task_time_limit < options["visibility_timeout"]
    assert app.conf.task_time_limit < ABANDONED_AFTER.total_seconds()
    assert options["visibility_timeout"] <= ABANDONED_AFTER.total_seconds()


def test_no_task_is_lost_with_its_worker_and_nothing_but_json_is_read(app):
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]
    assert app.conf.result_backend is None
    assert app.conf.task_ignore_result
    assert app.conf.broker_connection_max_retries is None
    assert app.conf.timezone == "Asia/Ho_Chi_Minh"


def test_talk_with_redis_has_an_end(app):
    assert app.conf.broker_transport_options["socket_timeout"] <= 5
    assert app.conf.broker_transport_options["socket_connect_timeout"] <= 2


@pytest.mark.parametrize(
    ("url", "spelt"),
    [
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("redis+socket:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("redis://queue:6379/0", "redis://queue:6379/0"),
    ],
)
def test_the_queue_is_spelt_as_celery_spells_it(url, spelt):
    assert broker_url(url) == spelt


def test_each_process_opens_sessions_of_its_own(monkeypatch):
    doors = make_doors(Settings.from_env({"DATABASE_URL": "postgresql://nowhere/tthc"}))
    mine = doors.sessions()
    assert doors.sessions() is mine
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert doors.sessions() is not mine


def test_workers_demand_their_addresses():
    with pytest.raises(SettingsError) as caught:
        make_doors(Settings.from_env({}))
    assert caught.value.variable == "DATABASE_URL"


def test_the_entry_point_wires_what_the_environment_says(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/tthc")
    monkeypatch.setenv("REDIS_URL", "unix:///run/valkey.sock")
    main = importlib.import_module("workers.main")
    assert main.app.conf.broker_url == "redis+socket:///run/valkey.sock"
    with pytest.raises(SettingsError) as caught:
        main.build(Settings.from_env({}))
    assert caught.value.variable == "REDIS_URL"
