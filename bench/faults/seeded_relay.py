"""Seeded faults: the relay with a sender that renames each message, or sends line by line.

Usage: python3 -m bench.faults.seeded_relay renaming|splitting
"""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import threading
import uuid
from dataclasses import dataclass, replace

from config.logging import configure
from config.settings import Settings
from tthc.channels.outgoing import Outgoing, Sender
from workers.relay import make_relay


@dataclass(frozen=True)
class Renaming:
    """Gives a message another name at each try."""

    sender: Sender

    def send(self, message: Outgoing) -> None:
        self.sender.send(dataclasses.replace(message, message_id=f"tthc-{uuid.uuid4().hex}"))


@dataclass(frozen=True)
class Splitting:
    """Sends each line of a digest as a mail of its own."""

    sender: Sender

    def send(self, message: Outgoing) -> None:
        for number, line in enumerate(message.lines):
            name = f"{message.message_id}-{number}"
            self.sender.send(dataclasses.replace(message, message_id=name, lines=[line]))


FAULTS = {"renaming": Renaming, "splitting": Splitting}


def main() -> None:
    configure()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    relay = make_relay(Settings.from_env(os.environ), stop)
    faulty = FAULTS[sys.argv[1]](relay.senders["mail"])
    replace(relay, senders={**relay.senders, "mail": faulty}).run()


if __name__ == "__main__":
    main()
