"""A mail server that behaves as told: takes mail, is slow, is busy, or hangs up after DATA."""

from __future__ import annotations

import email
import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.policy import default
from enum import Enum

CODE = re.compile(r"^• (\S+) –", re.MULTILINE)
SLOW_SECONDS = 30.0


class Manner(Enum):
    """How the server behaves."""

    WELL = "takes mail"
    SLOW = "answers after 30 s"
    BUSY = "answers 451"
    DROP = "hangs up after DATA"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that the server was given whole."""

    recipient: str
    message_id: str
    dossiers: frozenset[str]
    manner: Manner


@dataclass(slots=True)
class Mailbox:
    """Every message given, whatever was answered to it."""

    manner: Manner = Manner.WELL
    letters: list[Letter] = field(default_factory=list)
    calls: int = 0

    def take(self, recipient: str, content: bytes, manner: Manner) -> None:
        message = email.message_from_bytes(content, policy=default)
        body = message.get_body()
        codes = CODE.findall(body.get_content() if body else "")
        letter = Letter(recipient, str(message["Message-ID"]), frozenset(codes), manner)
        self.letters.append(letter)

    def copies(self) -> Counter[str]:
        """Return how often each Message-ID was given beyond the first time."""
        seen = Counter(letter.message_id for letter in self.letters)
        return Counter({name: count - 1 for name, count in seen.items() if count > 1})

    def renamed(self) -> int:
        """Count dossiers that one recipient was told of under several Message-IDs."""
        names: dict[tuple[str, str], set[str]] = {}
        for letter in self.letters:
            for dossier in letter.dossiers:
                names.setdefault((letter.recipient, dossier), set()).add(letter.message_id)
        return sum(len(found) > 1 for found in names.values())


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        mailbox: Mailbox = self.server.mailbox  # type: ignore[attr-defined]  # a handler knows only its server
        mailbox.calls += 1
        manner, recipient = mailbox.manner, ""
        with suppress(OSError):
            self._say(manner, "220 here")
            while line := self.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"RCPT":
                    recipient = line.decode().partition("<")[2].partition(">")[0]
                if verb == b"QUIT":
                    return self._say(manner, "221 bye")
                if verb != b"DATA":
                    self._say(manner, "250 OK")
                elif not self._data(mailbox, manner, recipient):
                    return None
        return None

    def _data(self, mailbox: Mailbox, manner: Manner, recipient: str) -> bool:
        self._say(manner, "354 go on")
        content = bytearray()
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            content += line.removeprefix(b".") if line.startswith(b"..") else line
        if manner is Manner.BUSY:
            self._say(manner, "451 later")
            return True
        mailbox.take(recipient, bytes(content), manner)
        if manner is Manner.DROP:
            return False
        self._say(manner, "250 OK")
        return True

    def _say(self, manner: Manner, text: str) -> None:
        if manner is Manner.SLOW:
            time.sleep(SLOW_SECONDS)
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 50


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[str]:
    """Serve a mailbox on a port of its own; give its address."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.block_on_close = False
        server.mailbox = mailbox  # type: ignore[attr-defined]  # a handler knows only its server
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}?from=mot-cua@thu.example.vn"
        server.shutdown()
