"""How long a calendar campaign over 100,000 open dossiers takes: its preview and its application.

Usage: python3 bench/campaign.py [--dossiers 100000]

A database of its own is filled with open dossiers that are all received before a day off that is
then decided on, so that nearly all of them move. Beside it stands one bare UPDATE of as many rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import entry  # noqa: F401 - finds the environment
import psycopg
from sqlalchemy.orm import Session, sessionmaker

from bench.entry import ROOT
from bench.ground import chosen_home, parser, plain_dsn, running
from bench.quiet import wait_for_quiet
from bench.report import Row, print_table
from config.logging import configure
from tthc.domain.accounts import Actor, Role
from tthc.domain.decision import Change, DecidedDay, Decision
from tthc.domain.dossier import Channel, SubmittedBy
from tthc.domain.parties import Person
from tthc.domain.receipt import NewDossier
from tthc.domain.scope import EVERYTHING
from tthc.jobs.campaigning import run_campaign
from tthc.jobs.migrating import migrate
from tthc.services.campaigns import approve_campaign, find_campaign, propose_campaign
from tthc.services.dossiers import lodge_dossier
from tthc.services.reference import load_reference
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database

MOST_SECONDS = 30
DOSSIERS = 100_000
RECEIVED = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
NOW = RECEIVED + timedelta(hours=4)
DAY_OFF = Decision(
    None, "Quyết định thử tải", "bench", (DecidedDay(date(2026, 3, 4), Change.OFF, "Nghỉ"),)
)
TEMPLATES = 200
SHORTEST = 3

COPIES = """
CREATE TEMPORARY TABLE copies AS
SELECT d.id AS old_id, nextval('dossiers_id_seq') AS new_id, n
FROM dossiers d, generate_series(1, %(times)s) AS n;
"""
COPY_DOSSIERS = """
INSERT INTO dossiers ({columns})
SELECT {values} FROM copies c JOIN dossiers d ON d.id = c.old_id
"""
COPY_DUES = """
INSERT INTO due_versions (dossier_id, version, due_at, overdue_at, set_at, cause, ledger)
SELECT c.new_id, v.version, v.due_at, v.overdue_at, v.set_at, v.cause, v.ledger
FROM copies c JOIN due_versions v ON v.dossier_id = c.old_id
"""
COPY_EVENTS = """
INSERT INTO dossier_events
    (dossier_id, version, action, happened_at, recorded_at, actor, changes, facts)
SELECT c.new_id, e.version, e.action, e.happened_at, e.recorded_at, e.actor, e.changes, e.facts
FROM copies c JOIN dossier_events e ON e.dossier_id = c.old_id
"""
BARE = """
UPDATE dossiers SET due_at = due_at + interval '1 day', overdue_at = overdue_at + interval '1 day',
       due_version = due_version + 1, version = version + 1
"""


def somebody(name: str) -> Actor:
    return Actor(1, name, frozenset({Role.ADMINISTRATOR}), EVERYTHING)


def lodge_templates(sessions: sessionmaker[Session]) -> None:
    """Lodge dossiers of every procedure whose limit reaches over the day off."""
    with sessions.begin() as session:
        reference = load_reference(session)
        communes = [u.code for u in reference.units.values() if u.parent_code and u.agency_code]
        offers = [
            (entry.code, offer)
            for entry in reference.procedures.values()
            for offer in entry.version_on(RECEIVED.date()).offers
            if offer.channel is Channel.DIRECT and offer.limit.amount >= SHORTEST
        ]
        for n in range(TEMPLATES):
            code, offer = offers[n % len(offers)]
            new = NewDossier(
                procedure_code=code,
                channel=offer.channel,
                submitted_by=SubmittedBy.CITIZEN,
                applicant=Person("Thử tải"),
                case_code=offer.case_code,
                receiving_unit=communes[n % len(communes)],
            )
            lodge_dossier(session, new, somebody("bench"), now=RECEIVED)


def multiply(dsn: str, wanted: int) -> int:
    """Copy the templates until there are ``wanted`` dossiers; return how many there are."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        columns = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'dossiers'"
                " AND is_generated = 'NEVER'"
            )
        ]
        changed = {"id": "c.new_id", "code": "d.code || '-' || c.n"}
        values = ", ".join(changed.get(name, f"d.{name}") for name in columns)
        copy = COPY_DOSSIERS.format(columns=", ".join(columns), values=values)
        times = wanted // TEMPLATES - 1
        connection.execute(COPIES.replace("%(times)s", str(times)).encode())
        for statement in (copy, COPY_DUES, COPY_EVENTS, "VACUUM ANALYZE"):
            connection.execute(statement.encode())
        (count,) = connection.execute("SELECT count(*) FROM dossiers").fetchone() or (0,)
    return int(count)


def timed(what: str, work: Callable[[], object]) -> float:
    wait_for_quiet()
    begun = time.perf_counter()
    done = work()
    took = time.perf_counter() - begun
    print(f"  {what}: {done} in {took:.1f} s", flush=True)
    return took


def bare_update(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        done = connection.execute(BARE).rowcount
        connection.rollback()
    return done


def measure_campaign(url: str, wanted: int) -> list[Row]:
    sessions = open_database(url, pool_size=2, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    lodge_templates(sessions)
    count = multiply(plain_dsn(url), wanted)
    bare = timed("one bare UPDATE", lambda: bare_update(plain_dsn(url)))
    with sessions.begin() as session:
        campaign = propose_campaign(session, DAY_OFF, somebody("an"), now=NOW).campaign.id

    def run() -> int:
        return run_campaign(sessions, campaign, clock=lambda: NOW)

    preview = timed("preview", run)
    with sessions.begin() as session:
        approve_campaign(session, campaign, somebody("binh"), None, now=NOW)
    applied = timed("application", run)
    timed("once more", run)
    with sessions.begin() as session:
        sheet = find_campaign(session, campaign, somebody("an"))
        print(f"  {sheet.moved} of {count} moved, {len(sheet.counts)} communes")
        assert sheet.campaign.looked_at == count
    sessions.kw["bind"].dispose()
    return [
        Row(f"campaign over {count}: preview", preview, "s", MOST_SECONDS, "one UPDATE", bare),
        Row(f"campaign over {count}: applied", applied, "s", MOST_SECONDS, "one UPDATE", bare),
    ]


def main() -> None:
    options = parser(__doc__)
    options.set_defaults(dossiers=DOSSIERS)
    given = options.parse_args()
    configure("WARNING")
    with chosen_home(given.home) as home, running(home) as url:
        migrate(url, ROOT, now=RECEIVED)
        print_table(measure_campaign(url, given.dossiers))


if __name__ == "__main__":
    main()
