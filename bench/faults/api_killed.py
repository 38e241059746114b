"""kill -9 of one of the API's worker processes, over and over, while desks write."""

from __future__ import annotations

import os
import random
import signal
from contextlib import suppress

from bench.faults.crew import Crew, crew
from bench.faults.ledger import Ledger
from bench.faults.outcome import Outcome
from bench.faults.stand import Stand, pause, until
from bench.faults.wish import Wish
from bench.faults.writing import Writing, moment, writing

NAME = "api"
TITLE = "API worker process killed (-9)"
ALLOWED = {0, 200, 201, 503}
CHILDREN_SECONDS = 60.0
BETWEEN_KILLS = (6.0, 8.0)
"""Granian takes two ends of one worker within 5.5 s for a loop and ends as a whole."""
SEEDED_ROUNDS = 4


def measure(stand: Stand, wish: Wish) -> Outcome:
    rounds = wish.rounds(20, quick=3)
    outcome = Outcome(TITLE, rounds)
    with (
        stand.database("api") as database,
        crew(stand, database, "api") as members,
        writing(members, database, run="api") as desks,
    ):
        pause(2, tend=members.tend)
        killed = [kill_one(members) for _ in range(rounds)]
        ledger = desks.end()
        tell(outcome, desks, ledger)
        waits = [(ledger.first_success_after(at) or at + 999) - at for at in killed]
        outcome.add("writes go on after a kill, longest", max(waits), "s")
        outcome.add("restarts of the whole API", members.deaths["api"])
    outcome.caught["no Idempotency-Key, answer held back"] = seeded(stand)
    return outcome


def kill_one(members: Crew) -> float:
    """Kill one process that answers, once there is one, and let desks write again; return when."""
    until(
        lambda: len(members.below("api")) > 0,
        CHILDREN_SECONDS,
        tend=members.tend,
        what="the API has processes",
    )
    with suppress(ProcessLookupError):
        os.kill(random.choice(members.below("api")), signal.SIGKILL)
    killed_at = moment()
    pause(random.uniform(*BETWEEN_KILLS), tend=members.tend)
    return killed_at


def tell(outcome: Outcome, desks: Writing, ledger: Ledger) -> None:
    balance = desks.settle(ledger)
    longest = max(note["ms"] for note in ledger.attempts) / 1000
    outcome.add("writes acknowledged", balance.acknowledged)
    outcome.add("attempts that got no answer", ledger.statuses[0])
    outcome.none(
        acknowledged_and_lost=balance.lost,
        acknowledged_and_different=balance.different,
        partial_dossiers=balance.partial,
        dossiers_twice_under_one_key=balance.doubled,
        dossiers_never_asked=balance.unasked,
        numbers_missing_or_twice=balance.gaps,
        other_answers_than_2xx_and_503=ledger.outside(ALLOWED),
    )
    outcome.add("longest attempt", longest, "s")


def seeded(stand: Stand) -> bool:
    """Tell whether an API that forgets the key is seen to make dossiers twice."""
    with stand.database("seeded") as database, crew(stand, database) as members:
        members.start("api", application="bench.faults.keyless:app")
        with writing(members, database, run="seeded") as desks:
            pause(2, tend=members.tend)
            for _ in range(SEEDED_ROUNDS):
                kill_one(members)
            ledger = desks.end()
            return desks.settle(ledger).doubled > 0
