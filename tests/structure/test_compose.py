"""The compose file is valid and says what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.settings import NAMES, Settings
from tthc.launch.processes import process_table
from tthc.launch.valkey import DURABLE, KEEPS_MESSAGES

FILE = Path(__file__).parents[2] / "docker-compose.yml"
TABLE = process_table(host="0.0.0.0", port=8000, beat_schedule="/var/lib/tthc/beat")  # noqa: S104
ONE_IMAGE = [*TABLE.services, "migrate"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_the_file_follows_the_compose_specification():
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", str(FILE)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_there_are_the_servers_and_every_process_of_the_code(compose):
    assert set(compose["services"]) == {"postgres", "redis", *ONE_IMAGE}


def test_each_process_runs_the_command_of_the_code(compose):
    commands = {name: tuple(compose["services"][name]["command"]) for name in ONE_IMAGE}
    assert commands == {
        "migrate": ("python", *TABLE.migrate),
        **{name: ("python", *command) for name, command in TABLE.services.items()},
    }


def test_all_processes_share_one_image_and_no_root(compose):
    services = [compose["services"][name] for name in ONE_IMAGE]
    assert len({service["image"] for service in services}) == 1
    assert {service["user"] for service in services} == {"10001:10001"}
    assert "USER tthc" in services[0]["build"]["dockerfile_inline"]


def test_processes_get_only_settings_that_exist(compose):
    for name in ONE_IMAGE:
        assert set(compose["services"][name]["environment"]) <= set(NAMES)


def test_the_settings_are_those_production_accepts(compose):
    environment = dict(compose["services"]["api"]["environment"])
    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    environment |= {"SECRET_KEY": "p7Jq2mVx9Lr4Tz8Wc1Bn6Ys3Kd5Fg0Ha", "SMTP_URL": ""}
    environment["TTHC_SPOILED_PERCENT"] = ""
    environment |= {"NOTIFY_URLS": "", "TTHC_ANCHOR_MAIL": "", "TTHC_FORMS": ""}
    assert Settings.from_env(environment).is_production


def test_nothing_starts_before_the_tables_are_there(compose):
    for name in TABLE.services:
        waits_for = compose["services"][name]["depends_on"]
        assert waits_for["migrate"]["condition"] == "service_completed_successfully"


def test_the_queue_keeps_its_messages_as_the_embedded_one_does(compose):
    flags = compose["services"]["redis"]["command"][1:]
    pairs = set(zip(flags[::2], flags[1::2], strict=True))
    assert {DURABLE[:2], DURABLE[2:], KEEPS_MESSAGES} <= pairs
    assert compose["services"]["redis"]["volumes"] == ["queue:/data"]


def test_the_database_has_the_locale_of_the_embedded_one(compose):
    postgres = compose["services"]["postgres"]
    arguments = postgres["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert {"--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"} <= set(
        arguments
    )
    assert {"fsync=on", "synchronous_commit=on"} <= set(postgres["command"])


def test_everything_that_keeps_running_has_a_health_check(compose):
    services = compose["services"]
    without = {name for name, service in services.items() if "healthcheck" not in service}
    assert without == {"migrate"}


def test_relay_and_beat_are_asked_for_their_work_not_for_their_being_there(compose):
    relay, beat = (compose["services"][name]["healthcheck"]["test"] for name in ("relay", "beat"))
    assert relay == ["CMD", "python", "-m", "workers.health", "relay"]
    schedule = compose["services"]["beat"]["command"][-1]
    assert beat == ["CMD", "python", "-m", "workers.health", "beat", schedule]
    assert schedule.startswith(compose["services"]["beat"]["environment"]["TTHC_HOME"])


def test_only_the_api_listens_and_only_on_this_machine(compose):
    ports = {name: s["ports"] for name, s in compose["services"].items() if "ports" in s}
    assert ports == {"api": ["127.0.0.1:8000:8000"]}
