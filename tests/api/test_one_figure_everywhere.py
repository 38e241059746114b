"""One period of imported registers: API, report and evidence pack tell the same figures.

The registers are the shipped example and an event log in the shape of the public permit log.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from tests import make
from tests.spreadsheets import opened, table_of, verdicts
from tthc.api.app import create_app
from tthc.domain.accounts import Role
from tthc.domain.moment import start_of_day
from tthc.domain.pack import unzip_files
from tthc.jobs.importing import find_mapping, run_import
from tthc.jobs.migrating import migrate
from tthc.services.imports.reading import bytes_source, file_source
from tthc.services.pack_checks import check_pack
from tthc.services.sign_in import begin_sign_in, complete_sign_in
from tthc.serving.context import Doors
from tthc.storage.session import open_database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
KEY = "a key for tests"
EXAMPLE = make.ROOT / "config" / "examples" / "register_igate.csv"
AUTUMN = "since=2025-09-01&until=2025-11-01&as_of=2025-11-01"
COLUMNS = (
    *("case:channel", "case:concept:name", "case:deadline", "case:department", "case:enddate"),
    *("case:enddate_planned", "case:group", "case:responsible", "case:startdate"),
    *("concept:instance", "concept:name", "lifecycle:transition", "org:group", "org:resource"),
    "time:timestamp",
)


def permit_log() -> bytes:
    """An invented log of 60 cases of autumn 2025: of every channel, late and open ones too."""
    random, text = Random("one figure"), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number in range(60):
        start = start_of_day(date(2025, 8, 4)) + timedelta(hours=random.randrange(24 * 80))
        end = start + timedelta(days=random.randrange(1, 40))
        case = {
            "case:channel": random.choice(["Internet", "Desk", "Post", "e-mail", "Intern"]),
            "case:concept:name": f"case-{number}",
            "case:deadline": (start + timedelta(days=20)).isoformat(),
            "case:department": "General",
            "case:enddate": end.isoformat() if number % 4 else "",
            "case:group": random.choice(["Group 1", "Group 2", ""]),
            "case:responsible": "Resource1",
            "case:startdate": start.isoformat(),
        }
        for step in ("Confirmation of receipt", "T02 Check confirmation of receipt"):
            case |= {"concept:name": step, "time:timestamp": start.isoformat()}
            writer.writerow(case.get(column, "x") for column in COLUMNS)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def sessions(module_url):
    migrate(module_url, make.ROOT, now=NOW)
    sessions = open_database(module_url)
    for source, mapping in (
        (file_source(EXAMPLE), "igate"),
        (bytes_source("log.csv", permit_log()), "receipt"),
    ):
        report = run_import(
            sessions,
            source,
            find_mapping(mapping),
            requested_by="test",
            dry_run=False,
            clock=lambda: NOW,
            progress=lambda *_: None,
        )
        assert report.imported > 50
    yield sessions
    sessions.kw["bind"].dispose()


@pytest.fixture(scope="module")
def client(sessions):
    """Somebody who sees everything."""
    app = create_app(Doors(sessions, lambda: NOW, KEY, hash_cost=make.CHEAP))
    with sessions.begin() as session:
        make.a_user(session, "statistician", (Role.INTEGRATOR, None))
        attempt = begin_sign_in(session, "statistician", "test", secret_key=KEY, now=NOW)
        session.flush()
        opened_ = complete_sign_in(session, attempt, is_right=True, now=NOW)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {opened_.token}"
    return client


def of_form(counts):
    """Columns (3) to (13) of II.06a from the counts of one unit, written out once more by hand."""
    day = counts["by_day"]
    on_time = day["finished_on_time"] + day["closed_in_time"]
    without = counts["finished_without_due"] + counts["closed_without_due"]
    late = day["finished_late"] + day["closed_late"]
    others = counts["received_direct"] + counts["received_postal"]
    return [
        counts["received"] + counts["carried_over"],
        counts["received_online"],
        others + counts["received_channel_missing"],
        counts["carried_over"],
        counts["finished"] + counts["closed"],
        day["finished_early"],
        on_time + without,
        late,
        counts["pending"],
        day["pending_in_time"] + counts["pending_without_due"],
        day["pending_late"],
    ]


@pytest.mark.parametrize("place", ["", "&unit_code=05128", "&unit_code=25", "&unassigned=true"])
def test_api_report_and_pack_tell_the_same_figures(client, place):
    pack = client.get(f"/api/v1/evidence/pack.zip?{AUTUMN}{place}").data
    assert check_pack(pack).flaws == ()
    packed = json.loads(unzip_files(pack)["figures.json"])
    page = opened(client.get(f"/api/v1/reports/ii06a?{AUTUMN}{place}").data)
    *lines, total = table_of(page)
    assert total[2:] == of_form(packed["total"]["counts"])
    assert total[2:] == [sum(column) for column in zip(*(line[2:] for line in lines), strict=True)]
    assert set(verdicts(page).values()) == {"Đúng"}
    assert "Chưa xác định lĩnh vực" in {line[1] for line in lines}
    if "unassigned" not in place:
        code = place.removeprefix("&unit_code=")
        url = f"/api/v1/metrics/communes/{code}" if code else "/api/v1/metrics/communes"
        assert total[2:] == of_form(client.get(f"{url}?{AUTUMN}").json["total"]["counts"])


def test_there_is_something_of_every_kind_to_tell(client):
    total = client.get(f"/api/v1/metrics/communes?{AUTUMN}").json["total"]["counts"]
    assert min(of_form(total)) > 0, of_form(total)
    assert min(total["closed"], total["finished_without_due"] + total["pending_without_due"]) > 0


def test_communes_side_by_side_are_those_of_the_api(client):
    sheet = client.get(f"/api/v1/metrics/communes?{AUTUMN}").json
    lines = table_of(opened(client.get(f"/api/v1/reports/communes?{AUTUMN}").data))
    told = {line[1]: line for line in lines[:-1]}
    rows = {row["unit_code"]: row for row in [*sheet["units"], sheet["unassigned"]]}
    assert {code for code in told if rows[code]["counts"]["received"]}
    assert told.keys() == rows.keys()
    for code, row in [*rows.items(), ("total", sheet["total"])]:
        counts, line = row["counts"], told.get(code, lines[-1])
        (on_time,) = (
            f
            for f in row["figures"]
            if f["definition"] == "on_time_finished/1" and f["compared"] == "day"
        )
        assert line[3:8] == [
            counts[n] for n in ("received", "carried_over", "finished", "closed", "pending")
        ]
        assert line[9:11] == [on_time["numerator"], on_time["denominator"]]
        assert line[11] == (on_time["value"] if on_time["value"] is not None else "—")


def test_the_register_has_as_many_lines_as_were_received(client):
    counts = client.get(f"/api/v1/metrics/communes?{AUTUMN}").json["total"]["counts"]
    for name, number in (
        ("register", counts["received"]),
        ("overdue", counts["by_day"]["pending_late"]),
    ):
        assert (
            len(table_of(opened(client.get(f"/api/v1/reports/{name}?{AUTUMN}").data))) == number > 0
        )
