"""The audit chain: how what happened is spelt, digested and linked, so that any change shows.

Choice: docs/decisions/audit-chain.md.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct
from typing import Any

FORMAT = "tthc-audit/1"
"""Names the spelling and SHA-256; another way gets another name, which every digest begins with."""

ALGORITHM = 1
"""How a link names ``FORMAT``."""

FREE_TEXT = frozenset({"reason", "papers"})
"""Facts that staff write freely, and that may name a person."""

VEILED = "hmac-sha256:"
_ABSENT = b"\xff\xff\xff\xff"
_length = Struct(">I").pack

Parts = tuple[str | None, ...]
"""A record as texts; None is told apart from an empty one."""

Heads = Mapping[str, tuple[int, bytes]]
"""The number and hash of the newest link of each chain, by the chain's name."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: what stands behind it, and what it was linked to.

    Attributes:
        position: place among all links, from 1 on without a gap.
        chain: the unit whose chain it is, empty for none.
        number: place within the chain, from 1 on without a gap.
        digest: of the record's parts.
        hash: of the link with the hash of the one before; what the next is linked to.
    """

    position: int
    chain: str
    number: int
    digest: bytes
    hash: bytes
    linked_at: datetime


def spell(parts: Iterable[str | None]) -> bytes:
    """Return texts as bytes, each behind its length: no byte can move from one to the next."""
    spelt = []
    for part in parts:
        if part is None:
            spelt.append(_ABSENT)
        else:
            raw = part.encode()
            spelt += (_length(len(raw)), raw)
    return b"".join(spelt)


def digest_of(parts: Parts) -> bytes:
    """Return the digest of a record."""
    return hashlib.sha256(spell((FORMAT, "record", *parts))).digest()


def hash_of(link: Link, previous: bytes) -> bytes:
    """Return what the hash of ``link`` must be behind a link with the hash ``previous``.

    The first of a chain has nothing (``b""``) before it.
    """
    told = (str(link.position), link.chain, str(link.number), moment(link.linked_at))
    parts = (FORMAT, "link", *told, previous.hex(), link.digest.hex())
    return hashlib.sha256(spell(parts)).digest()


def root_of(heads: Heads) -> bytes:
    """Return one digest of all heads; without any it is that of the bare name."""
    parts = ["root"]
    for chain in sorted(heads):
        number, head = heads[chain]
        parts += (chain, str(number), head.hex())
    return hashlib.sha256(spell((FORMAT, *parts))).digest()


def moment(at: datetime) -> str:
    """Return an instant as records spell it: UTC, with microseconds only where there are some."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


def canonical(value: Any) -> str:
    """Return a JSON value in its one spelling: sorted keys, no spaces, Unicode."""
    return _encode(value) if value != {} else "{}"


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def veil(key: bytes, about: str, value: Any) -> str:
    """Return a keyed digest in the place of a text that may name a person.

    Who lacks the key cannot find out the text by trying. The same text about something else
    has another digest. What was erased by law left its digest as ``{"erased": DIGEST}``.
    """
    if isinstance(value, dict) and value.keys() == {"erased"}:
        return str(value["erased"])
    spelt = spell((FORMAT, "veil", about, canonical(value)))
    return VEILED + hmac.digest(key, spelt, "sha256").hex()


def event_parts(event: Any, key: bytes) -> Parts:
    """Return the record of a dossier's event: everything it says, free texts veiled.

    ``event`` has the columns of ``dossier_events`` and the dossier's ``code``.
    """
    facts = event.facts
    if not FREE_TEXT.isdisjoint(facts):
        about = f"event {event.id}"
        facts = {k: veil(key, f"{about} {k}", v) if k in FREE_TEXT else v for k, v in facts.items()}
    return (
        *("event", str(event.id), event.code, str(event.dossier_id), str(event.version)),
        *(str(event.action), moment(event.happened_at), moment(event.recorded_at), event.actor),
        *(canonical(event.changes), canonical(facts)),
    )


def entry_parts(entry: Any) -> Parts:
    """Return the record of an entry of the log; ``entry`` has the columns of ``audit_entries``."""
    return (
        *("entry", str(entry.id), entry.unit_code, str(entry.action), entry.actor),
        *(entry.subject, moment(entry.at), canonical(entry.facts)),
    )
