"""A mail server that is slow, busy, or hangs up after it was given the message."""

from __future__ import annotations

from bench.faults.crew import crew
from bench.faults.crossings import end_all, forget_alerts, make_late
from bench.faults.database import Database
from bench.faults.expectation import now
from bench.faults.later import offset_of, until_working_morning
from bench.faults.outcome import Outcome
from bench.faults.smtp import Mailbox, Manner, mail_server
from bench.faults.stand import Stand, pause
from bench.faults.telling import SETTLED, route_at, states, tell_everybody
from bench.faults.wish import Wish
from bench.sweep import timed_sweep

NAME = "mail"
TITLE = "mail server slow, busy, hanging up"
MOST_RATIO = 1.5
SWEPT, MAILED = 8_000, 150
SWEEPS = 3
BROKEN = (Manner.SLOW, Manner.BUSY, Manner.DROP)
SEEDED_RELAY = ("-m", "bench.faults.seeded_relay", "renaming")

UNHEARD = """
SELECT count(*) FROM alerts a WHERE a.withdrawn_at IS NULL
AND NOT EXISTS (SELECT FROM deliveries d WHERE d.alert_id = a.id)
"""


def measure(stand: Stand, wish: Wish) -> Outcome:
    outcome = Outcome(TITLE, len(BROKEN))
    with stand.database("mail") as database:
        make_late(database, SWEPT, now=now())
        quiet = median_sweep(stand, database, Manner.WELL)
        outcome.add("sweep, mail server well", quiet, "s")
        for manner in BROKEN:
            took = median_sweep(stand, database, manner)
            outcome.add(f"{manner.value}: sweep against well", took / quiet, "×", most=MOST_RATIO)
    with stand.database("mail") as database:
        make_few_late(database)
        for manner in BROKEN:
            mailbox, during, after = send_all(stand, database, manner, wish.fault_seconds / 2)
            tell_of(outcome, manner, mailbox, (during, after))
            name = f"{manner.value}: alerts nobody hears"
            outcome.none(**{name: database.number(UNHEARD)})
    with stand.database("seeded") as database:
        make_few_late(database)
        mailbox = send_all(stand, database, Manner.DROP, 10, relay=SEEDED_RELAY)[0]
        outcome.caught["a relay that renames its messages"] = mailbox.renamed() > 0
    return outcome


def make_few_late(database: Database) -> None:
    end_all(database, now=now())
    make_late(database, MAILED, now=now())


def median_sweep(stand: Stand, database: Database, manner: Manner) -> float:
    """Return the seconds of a sweep while a relay talks to such a server."""
    with mail_server(Mailbox(manner)) as address, crew(stand, database) as members:
        members.start("relay", environment={"SMTP_URL": address})
        took = []
        for _ in range(SWEEPS):
            forget_alerts(database)
            pause(3, tend=members.tend)
            took.append(timed_sweep(database.url, now())[0])
        return sorted(took)[SWEEPS // 2]


def tell_of(
    outcome: Outcome, manner: Manner, mailbox: Mailbox, states: tuple[dict[str, int], ...]
) -> None:
    during, after = states
    name, copies = manner.value, mailbox.copies()
    told = ", ".join(f"{state} {count}" for state, count in sorted(during.items()))
    print(f"  {name}: while broken {told}; {mailbox.calls} calls; then {after}", flush=True)
    outcome.add(f"{name}: waiting or parked while broken", during["waiting"] + during["parked"])
    outcome.add(f"{name}: sent in the end", after["sent"])
    outcome.none(
        **{
            f"{name}: neither sent nor parked nor withdrawn in the end": after["waiting"],
            f"{name}: dossiers under two Message-IDs": mailbox.renamed(),
        }
    )
    if manner is Manner.DROP:
        dropped = {letter.message_id for letter in mailbox.letters if letter.manner is manner}
        outcome.add(f"{name}: copies with the same Message-ID", sum(copies.values()))
        unexplained = sum(n for key, n in copies.items() if key not in dropped)
        outcome.none(**{f"{name}: copies of what was not dropped": unexplained})
    else:
        outcome.none(**{f"{name}: copies": sum(copies.values())})


def send_all(
    stand: Stand, database: Database, manner: Manner, seconds: float, *, relay: tuple[str, ...] = ()
) -> tuple[Mailbox, dict[str, int], dict[str, int]]:
    """Let a relay meet such a server one morning, and a good one two working days later.

    Return what the server was given, and the deliveries by state before and after it got well.
    """
    forget_alerts(database)
    timed_sweep(database.url, now())
    morning = until_working_morning(days=1)
    route_at(database, now() + morning)
    mailbox = Mailbox(manner)
    with mail_server(mailbox) as address, crew(stand, database) as members:
        clock = {"SMTP_URL": address, "TTHC_CLOCK": offset_of(morning + SETTLED)}
        members.start("relay", command=relay, environment=clock)
        pause(seconds, tend=members.tend)
        during = states(database)
        members.end("relay")
        mailbox.manner = Manner.WELL
        tell_everybody(members, database, address, until_working_morning(days=3), relay=relay)
    return mailbox, during, states(database)
