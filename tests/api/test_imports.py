"""Files handed in over HTTP: accepted at once, taken over by a worker, seen by their owner."""

from __future__ import annotations

import pytest

from tests import make
from tthc.domain.accounts import Role
from tthc.jobs.importing import run_pending

URL = "/api/v1/imports"
EXAMPLE = (make.ROOT / "config/examples/register_igate.csv").read_bytes()


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def clock(clock):
    clock.at = make.NOW.replace(month=11, day=24)
    return clock


@pytest.fixture
def integrator(signed_in):
    return signed_in((Role.INTEGRATOR, None))


def hand_in(client, content=EXAMPLE, query="mapping=igate", **headers):
    kind = headers.pop("content_type", "text/csv")
    return client.post(f"{URL}?{query}", data=content, content_type=kind, headers=headers)


def test_a_file_is_accepted_worked_on_and_reported(integrator, sessions, clock):
    accepted = hand_in(integrator)
    assert (accepted.status_code, accepted.json["status"]) == (202, "waiting")
    assert run_pending(sessions, clock=clock) > 0
    report = integrator.get(accepted.headers["Location"]).json
    assert (report["status"], report["imported"], report["refused"]) == ("done", 53, 6)
    assert {row["code"] for row in report["refusals"]} == set(report["refused_by"])
    assert [row["id"] for row in integrator.get(URL).json["items"]] == [report["id"]]


def test_the_same_key_hands_it_in_once(integrator):
    headers = {"Idempotency-Key": "november"}
    first, second = (hand_in(integrator, **headers) for _ in range(2))
    assert first.json["id"] == second.json["id"]
    assert len(integrator.get(URL).json["items"]) == 1


def test_a_dry_run_writes_no_dossier(integrator, sessions, clock):
    accepted = hand_in(integrator, query="mapping=igate&dry_run=true")
    run_pending(sessions, clock=clock)
    assert integrator.get(accepted.headers["Location"]).json["is_dry_run"]
    assert integrator.get("/api/v1/dossiers").json["items"] == []


@pytest.mark.parametrize(
    ("content", "query", "kind", "status", "code"),
    [
        (EXAMPLE, "mapping=nowhere", "text/csv", 404, "mapping_unknown"),
        (EXAMPLE, "", "text/csv", 422, "invalid_input"),
        (EXAMPLE, "mapping=igate", "application/json", 415, "unsupported_media_type"),
        (b"a,b\n1,2\n", "mapping=igate", "text/csv", 422, "import_file_refused"),
        (b"x" * (10 * 1024 * 1024 + 1), "mapping=igate", "text/csv", 413, "too_large"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_at_once(
    integrator, content, query, kind, status, code
):
    refused = hand_in(integrator, content, query, content_type=kind)
    assert refused.status_code == status, refused.json
    assert refused.json["code"] == code
    if status == 415:
        assert "text/csv" in refused.json["detail"]
        assert "text/csv" in refused.json["detail_en"]
    assert integrator.get(URL).json["items"] == []


def test_only_rows_of_ones_own_units_are_taken_and_others_do_not_see_the_import(
    signed_in, sessions, clock
):
    own = signed_in((Role.INTEGRATOR, make.TAN_LAC))
    other = signed_in((Role.INTEGRATOR, make.MUONG_BI))
    place = hand_in(own).headers["Location"]
    run_pending(sessions, clock=clock)
    report = own.get(place).json
    assert report["refused_by"]["unit_unknown"] > 1
    assert report["imported"] + report["refused"] == report["dossiers"]
    units = {row["resolving_unit"] for row in own.get("/api/v1/dossiers?limit=100").json["items"]}
    assert units == {make.TAN_LAC}
    hidden, missing = other.get(place), other.get(f"{URL}/999999")
    assert (hidden.status_code, hidden.json["detail"]) == (404, missing.json["detail"])
    assert other.get(URL).json["items"] == []


def test_reception_hands_in_no_files(signed_in):
    assert hand_in(signed_in((Role.RECEPTION, make.TAN_LAC))).status_code == 403
