"""Settings are read from eleven variables; production refuses unsafe ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import NAMES, TRIAL_SECRET_KEY, Settings, SettingsError, parse_clock

GOOD_KEY = "p7Jq2mVx9Lr4Tz8Wc1Bn6Ys3Kd5Fg0Ha"
PRODUCTION = {
    "TTHC_ENV": "production",
    "DATABASE_URL": "postgresql+psycopg://tthc:x@db/tthc",
    "REDIS_URL": "redis://queue:6379/0",
    "SECRET_KEY": GOOD_KEY,
}


def test_nothing_set_means_a_trial_with_embedded_servers():
    settings = Settings.from_env({})
    assert settings.environment == "trial"
    assert (settings.database_url, settings.redis_url, settings.smtp_url) == (None, None, None)
    assert settings.secret_key == TRIAL_SECRET_KEY
    assert settings.clock_offset == timedelta()
    assert settings.most_spoiled == 0.02
    assert Settings.from_env({"TTHC_SPOILED_PERCENT": "0.5"}).most_spoiled == 0.005


def test_the_home_folder_counts_from_the_project_whatever_the_present_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    project = Path(__file__).parents[2]
    assert Settings.from_env({}).home == project / "var"
    assert Settings.from_env({"TTHC_HOME": "elsewhere"}).home == project / "elsewhere"
    assert Settings.from_env({"TTHC_HOME": str(tmp_path)}).home == tmp_path


def test_the_audit_folder_lies_in_the_home_unless_it_is_named(tmp_path):
    assert Settings.from_env({"TTHC_HOME": str(tmp_path)}).audit == tmp_path / "audit"
    named = {"TTHC_AUDIT": str(tmp_path / "a"), "TTHC_ANCHOR_MAIL": "thanh-tra@example.vn"}
    settings = Settings.from_env(named)
    assert (settings.audit, settings.anchor_mail) == (tmp_path / "a", "thanh-tra@example.vn")
    with pytest.raises(SettingsError, match="TTHC_ANCHOR_MAIL"):
        Settings.from_env({"TTHC_ANCHOR_MAIL": "nobody"})


def test_empty_and_blank_variables_count_as_absent():
    assert Settings.from_env(dict.fromkeys(NAMES, " ")) == Settings.from_env({})


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_gets_its_driver(scheme):
    settings = Settings.from_env({"DATABASE_URL": f"{scheme}://u:p@h/d?x=1"})
    assert settings.database_url == "postgresql+psycopg://u:p@h/d?x=1"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "sqlite:///x.db"),
        ("DATABASE_URL", "postgresql"),
        ("REDIS_URL", "http://queue"),
        ("SMTP_URL", "mail.example"),
        ("NOTIFY_URLS", "tgram://TOKEN/{target}"),
        ("NOTIFY_URLS", "telegram=tgram://TOKEN"),
        ("NOTIFY_URLS", "telegram=tgram://{target}/{target}"),
        ("NOTIFY_URLS", "mail=mailto://a/{target}"),
        ("NOTIFY_URLS", "a1=tgram://T/{target} a1=tgram://T/{target}"),
        ("NOTIFY_URLS", "Telegram=tgram://T/{target}"),
        ("TTHC_ENV", "Production"),
        ("TTHC_CLOCK", "tomorrow"),
        ("TTHC_SPOILED_PERCENT", "101"),
        ("TTHC_SPOILED_PERCENT", "-1"),
        ("TTHC_SPOILED_PERCENT", "2%"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(variable, value):
    with pytest.raises(SettingsError, match=variable) as caught:
        Settings.from_env({variable: value})
    assert caught.value.variable == variable


def test_production_accepts_complete_settings():
    settings = Settings.from_env(PRODUCTION)
    assert settings.is_production
    assert settings.secret_key == GOOD_KEY


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY"])
def test_production_refuses_to_do_without(variable):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**PRODUCTION, variable: ""})
    assert caught.value.variable == variable


@pytest.mark.parametrize(
    "key",
    [
        TRIAL_SECRET_KEY,
        "change-me-change-me-change-me-change-me",
        "secret" * 8,
        "short",
        "a" * 64,
        "Trial" + GOOD_KEY,
    ],
)
def test_production_refuses_a_weak_or_known_key(key):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        Settings.from_env({**PRODUCTION, "SECRET_KEY": key})


def test_production_refuses_a_moved_clock():
    with pytest.raises(SettingsError, match="TTHC_CLOCK"):
        Settings.from_env({**PRODUCTION, "TTHC_CLOCK": "offset:+1m"})
    assert Settings.from_env({**PRODUCTION, "TTHC_CLOCK": "system"}).is_production


def test_printing_settings_shows_no_secret():
    printed = repr(Settings.from_env(PRODUCTION))
    assert GOOD_KEY not in printed
    assert "tthc:x" not in printed


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", timedelta()),
        ("system", timedelta()),
        ("offset:+3d", timedelta(days=3)),
        ("offset:-2h", timedelta(hours=-2)),
        ("offset:+40m", timedelta(minutes=40)),
        ("offset:-0d", timedelta()),
    ],
)
def test_a_clock_offset_is_read_in_days_hours_or_minutes(text, offset):
    assert parse_clock(text) == offset


@pytest.mark.parametrize(
    "text",
    ["+3d", "offset:3d", "offset:+3", "offset:+3w", "offset:+1.5d", "offset:+٣d", "offset:+9999d"],
)
def test_other_clock_settings_are_refused(text):
    with pytest.raises(SettingsError, match="TTHC_CLOCK"):
        parse_clock(text)


def test_channels_are_named_and_stay_out_of_what_is_printed():
    text = " telegram=tgram://SECRET/{target}  zalo=zalo://1:SECRET/{target} "
    settings = Settings.from_env({"NOTIFY_URLS": text})
    assert settings.notify_urls == {
        "telegram": "tgram://SECRET/{target}",
        "zalo": "zalo://1:SECRET/{target}",
    }
    assert "SECRET" not in repr(settings)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"NOTIFY_URLS": "telegram=tgram://SECRET"})
    assert "SECRET" not in str(caught.value)
