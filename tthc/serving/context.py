"""What a view may ask of the running application: the doors to the world, and its call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session, sessionmaker

from tthc.domain.accounts import Account, Actor, OpenSession
from tthc.domain.closing import Gate
from tthc.printing.folders import FormFolders
from tthc.services.passwords import HashCost
from tthc.serving.ahead import NOTHING_MADE, Made


def always_up() -> bool:
    """Say that a door not given is no trouble."""
    return True


def no_facts(_session: Session) -> Mapping[str, bool]:
    """Name no condition beyond a database that answers."""
    return {}


def no_gauges(_session: Session) -> Mapping[str, float]:
    """Show no figures of the business."""
    return {}


USUAL_COST = HashCost()
USUAL_GATE = Gate()


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything the application gets from outside, as values.

    ``readiness`` names conditions that must all hold before traffic is welcome (the schema is
    the code's); ``watchers`` says who else is at work; ``gauges`` gives figures to show at each
    scrape. ``gate`` is how doubtful data may be for one person to close a period. ``channels``
    are those besides mail by which people can be told. ``proxy_hops`` is how many proxies of
    ours stand before the application; the caller's address is read behind them. ``folders`` has
    the templates of forms, ``contacts`` where citizens ask about each desk, by unit code.
    """

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    secret_key: str
    environment: str = "trial"
    redis_ping: Callable[[], bool] = always_up
    readiness: Callable[[Session], Mapping[str, bool]] = no_facts
    watchers: Callable[[Session], Mapping[str, bool]] = no_facts
    gauges: Callable[[Session], Mapping[str, float]] = no_gauges
    channels: Collection[str] = ()
    hash_cost: HashCost = USUAL_COST
    gate: Gate = USUAL_GATE
    proxy_hops: int = 0
    folders: FormFolders | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody signed in, inside its transaction.

    ``actor`` is the caller as the route's permission allows: its scope counts only the roles
    that give it. On a route for anybody signed in the scope is empty. ``version`` is what
    ``If-Match`` named; 0 where the route does not demand it. ``made`` is what was made ahead.
    """

    session: Session
    opened: OpenSession
    actor: Actor
    now: datetime
    token: str
    version: int = 0
    made: Made = NOTHING_MADE

    @property
    def account(self) -> Account:
        """The caller with every role held now; ``to_act`` asks what an action demands."""
        return self.opened.account


def doors() -> Doors:
    """Return the doors that ``create_app`` was given."""
    return cast(Doors, current_app.extensions["tthc"])


def transaction() -> AbstractContextManager[Session]:
    """Open a transaction: commit on success, rollback on error. Views in it get theirs."""
    return doors().sessions.begin()


def now() -> datetime:
    """Return the current instant, aware."""
    return doors().clock()
