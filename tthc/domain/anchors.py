"""Anchors: what all chains were at a moment, signed, as one line outside the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tthc.domain.audit import FORMAT, moment, spell
from tthc.domain.errors import RuleError


class AnchorUnreadableError(RuleError):
    """A line of an anchors file is no anchor; ``details`` name the line."""

    code = "anchor_unreadable"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What all chains were at a moment, as it is signed and kept outside the database.

    Attributes:
        position: of the newest link it covers; 0 before the first.
        root: digest of all heads (``tthc.domain.audit.root_of``).
        previous: digest of the anchor before, empty for the first.
        public_key: who signed it (Ed25519, 32 bytes).
    """

    number: int
    made_at: datetime
    position: int
    chains: int
    root: bytes
    previous: bytes
    public_key: bytes
    signature: bytes = b""

    def spelling(self) -> bytes:
        """Return the bytes that are signed, and whose digest the next anchor carries."""
        return spell(
            (
                *(FORMAT, "anchor", str(self.number), moment(self.made_at), str(self.position)),
                *(str(self.chains), self.root.hex(), self.previous.hex(), self.public_key.hex()),
            )
        )

    def digest(self) -> bytes:
        """Return what the next anchor carries of this one."""
        return hashlib.sha256(self.spelling()).digest()


def as_line(anchor: Anchor) -> str:
    """Return an anchor as one line of JSON, without the line end."""
    told = {
        "format": FORMAT,
        "number": anchor.number,
        "made_at": moment(anchor.made_at),
        "position": anchor.position,
        "chains": anchor.chains,
        "root": anchor.root.hex(),
        "previous": anchor.previous.hex(),
        "public_key": anchor.public_key.hex(),
        "signature": anchor.signature.hex(),
    }
    return json.dumps(told, separators=(",", ":"))


def read_anchors(lines: Iterable[str]) -> Iterator[Anchor]:
    """Yield the anchors of a file, empty lines left out.

    Raises:
        AnchorUnreadableError: a line is none.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _read(json.loads(line))
            except (LookupError, TypeError, ValueError) as error:
                raise AnchorUnreadableError(
                    f"Dòng {number} không phải mốc neo đọc được.",
                    f"line {number} is no readable anchor",
                    line=str(number),
                ) from error


def _read(told: dict[str, str]) -> Anchor:
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    made_at = datetime.fromisoformat(told["made_at"])
    if made_at.tzinfo is None:
        raise ValueError(told["made_at"])
    return Anchor(
        number=int(told["number"]),
        made_at=made_at,
        position=int(told["position"]),
        chains=int(told["chains"]),
        **{
            name: bytes.fromhex(told[name])
            for name in ("root", "previous", "public_key", "signature")
        },
    )


def odd_ones(anchors: Iterable[Anchor]) -> Iterator[Anchor]:
    """Yield the anchors that carry no digest of one before them, and those that go back.

    An anchor that was made again after a failure may stand beside its twin.
    """
    known, reached = {b""}, 0
    for anchor in sorted(anchors, key=lambda anchor: anchor.number):
        if anchor.previous not in known or anchor.position < reached:
            yield anchor
        known.add(anchor.digest())
        reached = anchor.position
