"""Every scenario by its name."""

from __future__ import annotations

from collections.abc import Callable

from bench.faults import (
    api_killed,
    beats_many,
    clocks_jump,
    mail_broken,
    poisoned,
    postgres_stopped,
    redis_away,
    worker_killed,
)
from bench.faults.outcome import Outcome
from bench.faults.stand import Stand
from bench.faults.wish import Wish

Scenario = Callable[[Stand, Wish], Outcome]

SCENARIOS: dict[str, Scenario] = {
    module.NAME: module.measure
    for module in (
        worker_killed,
        redis_away,
        postgres_stopped,
        api_killed,
        beats_many,
        clocks_jump,
        mail_broken,
        poisoned,
    )
}
