"""Entry point of the relay: ``python -m workers.relay``. Routes alerts and sends messages.

It needs the database and no Redis.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.logging import configure
from config.settings import Settings
from tthc.channels.outgoing import Sender
from tthc.channels.senders import make_senders
from tthc.domain.errors import NotReadyError
from tthc.domain.letters import LetterInvalidError
from tthc.jobs.channel_tokens import TokenDoors
from tthc.jobs.delivering import (
    DeliveryReport,
    Post,
    RouteReport,
    deliver_all,
    deliver_notices,
    route_all,
)
from tthc.jobs.letters import LETTER_FOLDER, read_letter_rules
from tthc.jobs.resending import ResendReport, resend_some
from tthc.services.letters import LetterRules
from tthc.services.slots import claim_slot, finish_slot, slot_at
from tthc.services.watch import RELAY_TASK
from workers.context import Doors, mail_url, make_doors

IDLE_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 30.0
SIGN_OF_LIFE = timedelta(minutes=1)
PROJECT = Path(__file__).resolve().parent.parent

log = structlog.get_logger("workers.relay")


@dataclass(frozen=True, slots=True)
class Relay:
    """The loop. ``stop`` ends it after the message that is being sent.

    Without ``letters`` citizens' notices wait, and staff are told as always.
    """

    doors: Doors
    senders: Mapping[str, Sender]
    letters: LetterRules | None
    stop: threading.Event
    idle_seconds: float = IDLE_SECONDS

    def run(self) -> None:
        """Go round until stopped; wait longer each time the database is away or a round fails."""
        wait = self.idle_seconds
        while not self.stop.is_set():
            try:
                self.go_round()
                wait = self.idle_seconds
            except (SQLAlchemyError, NotReadyError) as error:
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
                log.warning("database_away", kind=type(error).__name__, retry_in=wait)
            except Exception as error:  # noqa: BLE001 - what ends too often is not started again
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
                log.error("round_failed", kind=type(error).__name__, retry_in=wait)  # noqa: TRY400
            self.stop.wait(wait)

    def go_round(self) -> tuple[RouteReport, DeliveryReport, DeliveryReport]:
        """Route every alert, send what waits for staff and citizens, give a sign of life."""
        sessions = self.doors.sessions()
        routed = route_all(sessions, clock=self.doors.clock)
        post = Post(sessions, self.senders, self.doors.clock, self.stop.is_set)
        delivered = deliver_all(post)
        notices = deliver_notices(post, self.letters) if self.letters else DeliveryReport()
        resent = resend_some(post)
        done = (routed, delivered, notices)
        if (*done, resent) != (RouteReport(), DeliveryReport(), DeliveryReport(), ResendReport()):
            told = {"routing": str(routed), "delivery": str(delivered)}
            told |= {"notices": str(notices), "resending": str(resent)}
            log.info("round_ended", **told)
        self._give_sign_of_life()
        return done

    def _give_sign_of_life(self) -> None:
        now = self.doors.clock()
        slot = slot_at(now, SIGN_OF_LIFE)
        with self.doors.sessions().begin() as session:
            if claim_slot(session, RELAY_TASK, slot, now=now):
                finish_slot(session, RELAY_TASK, slot, now=now)


def make_relay(
    settings: Settings, stop: threading.Event, *, letters: Path = PROJECT / LETTER_FOLDER
) -> Relay:
    """Return the relay on the addresses in ``settings``; nothing is connected to yet."""
    doors = make_doors(settings)
    tokens = TokenDoors(doors.sessions, doors.clock, settings.secret_key)
    senders = make_senders(
        mail_url(settings),
        settings.notify_urls,
        tokens.tokens_of,
        is_production=settings.is_production,
    )
    return Relay(doors, senders, _letters(letters), stop)


def _letters(folder: Path) -> LetterRules | None:
    """Return the citizens' letters, or say why none is sent: alerts must not wait for them."""
    try:
        return read_letter_rules(folder)
    except LetterInvalidError as error:
        log.error("letters_unusable", reason=error.en, **error.details)  # noqa: TRY400 - no bug
        return None


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    configure()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    make_relay(Settings.from_env(os.environ), stop).run()


if __name__ == "__main__":
    main()
