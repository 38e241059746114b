"""A commune whose dossiers get late, and the world that hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests import make
from tests.domain.calendars import official
from tests.make import TAN_LAC
from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.domain.accounts import Role
from tthc.domain.dossier import Details
from tthc.domain.lifecycle import Action
from tthc.jobs.delivering import Post, route_all
from tthc.jobs.sweeping import sweep
from tthc.services.accounts import NewUser, add_user, grant_role
from tthc.services.dossiers import Command, act_on_dossier
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert, Delivery
from tthc.storage.tables.dossiers import Dossier

LATE = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)
"""Friday 6 March 2026, 10:00: the first working day after the due day of ``make.a_dossier``."""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = LATE) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)

    def forward_to_opening(self, wait: timedelta = timedelta()) -> None:
        """Wait, and then until a desk is open: nobody is told before."""
        self.at = official().opening_from(self.at + wait)


@dataclass
class Inbox:
    """A sender that keeps what it was given, or fails as told."""

    failing: FailureKind | None = None
    failing_for: frozenset[str] = frozenset()
    messages: list[Outgoing] = field(default_factory=list)

    def send(self, message: Outgoing) -> None:
        if self.failing and (not self.failing_for or message.address in self.failing_for):
            raise SendError(self.failing)
        self.messages.append(message)

    @property
    def addresses(self) -> list[str]:
        return sorted(message.address for message in self.messages)


def somebody(session: Session, username: str, *grants: tuple[Role, str | None], mail=True) -> int:
    """A user with an address ``<username>@example.org``; return the id."""
    email = f"{username}@example.org" if mail else None
    new = NewUser(username, username.title(), make.PASSWORD, email=email)
    add_user(session, new, cost=make.CHEAP, now=make.NOW)
    for role, unit in grants:
        grant_role(session, username, role, unit, now=make.NOW)
    return session.scalars(select(User.id).where(User.username == username)).one()


def a_late_dossier(session: Session, officer: str | None = "officer", **changes) -> Dossier:
    """A dossier of Tân Lạc that ``officer`` works on, one working day late at LATE."""
    dossier = make.a_dossier(session, **changes)
    session.flush()
    act(session, dossier.code, Action.HAND_OVER, officer=officer)
    return dossier


def act(session: Session, code: str, action: Action, *, now: datetime = make.NOW, **details):
    order = (action, Command(Details(**details)))
    act_on_dossier(session, code, order, make.everybody(), now=now)
    session.flush()


def a_staffed_desk(session: Session) -> None:
    """Reference data, and an officer and a manager of Tân Lạc."""
    make.a_desk(session)
    somebody(session, "officer", (Role.OFFICER, TAN_LAC))
    somebody(session, "manager", (Role.MANAGER, TAN_LAC))


def raise_and_route(sessions: sessionmaker[Session], clock: Clock) -> None:
    sweep(sessions, clock=clock)
    route_all(sessions, clock=clock)


def a_post(sessions: sessionmaker[Session], mail: Inbox, clock: Clock, **others) -> Post:
    senders: Mapping[str, Inbox] = {"mail": mail} | others
    return Post(sessions, senders, clock)


def deliveries(session: Session) -> list[Delivery]:
    session.expire_all()
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def alerts(session: Session) -> list[Alert]:
    session.expire_all()
    return list(session.scalars(select(Alert).order_by(Alert.id)))
