"""Is the process alive, is it ready, and what does it count?"""

from dataclasses import replace

from sqlalchemy import text

from tests.api.conftest import COMMUNE, KEY
from tests.make import NOW
from tthc.api.app import create_app
from tthc.domain.accounts import Role
from tthc.serving.context import Doors
from tthc.storage.session import open_database


def no_database():
    sessions = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    return Doors(sessions, lambda: NOW, KEY)


def test_a_process_lives_without_a_database():
    answer = create_app(no_database()).test_client().get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "live"})


def test_a_process_is_ready_when_everything_answers(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "checks": {"database": True, "redis": True}}


def test_without_a_database_it_is_not_ready():
    answer = create_app(no_database()).test_client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["database"]) == (503, False)


def test_with_an_old_schema_it_is_not_ready(doors):
    app = create_app(replace(doors, readiness=lambda _session: {"schema": False}))
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["schema"]) == (503, False)


def test_without_redis_it_is_degraded_and_still_ready(doors):
    answer = create_app(replace(doors, redis_ping=lambda: False)).test_client().get("/health/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")


def test_a_silent_sweep_is_told_and_takes_no_traffic_away(doors):
    app = create_app(replace(doors, watchers=lambda _session: {"sweep": False}))
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["checks"]["sweep"] is False


def test_requests_are_counted_by_route_and_never_by_path(client):
    client.get("/api/v1/nowhere/H44.240-260302-0001")
    client.get("/health/live")
    shown = client.get("/metrics").text
    assert 'route="/health/live",status="200"' in shown
    assert 'route="(none)",status="404"' in shown
    assert "H44" not in shown


def test_figures_of_the_business_come_from_the_database(doors):
    def gauges(session):
        return {"tthc_dossiers_running": float(session.scalar(text("SELECT 41 + 1")))}

    shown = create_app(replace(doors, gauges=gauges)).test_client().get("/metrics").text
    assert "tthc_dossiers_running 42.0" in shown
    assert "tthc_database_up 1.0" in shown


def test_figures_of_the_process_are_shown_without_a_database():
    shown = create_app(no_database()).test_client().get("/metrics")
    assert shown.status_code == 200
    assert "tthc_database_up 0.0" in shown.text


def test_an_odd_method_makes_no_series_of_its_own(client):
    client.open("/health/live", method="BREW")
    shown = client.get("/metrics").text
    assert "BREW" not in shown
    assert 'method="OTHER"' in shown


def test_the_address_of_a_caller_is_read_behind_our_own_proxies_only(doors, signed_in):
    signed_in((Role.OFFICER, COMMUNE), username="an.lac")
    body = {"username": "an.lac", "password": "wrong"}
    hops = {0: 429, 1: 401}
    for proxy_hops, expected in hops.items():
        client = create_app(replace(doors, proxy_hops=proxy_hops)).test_client()
        answers = [
            client.post(
                "/api/v1/sessions",
                json=body,
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
                environ_overrides={"REMOTE_ADDR": f"10.0.{proxy_hops}.1"},
            ).status_code
            for number in range(11)
        ]
        assert answers[-1] == expected
