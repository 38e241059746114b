"""Walking all links in their order: what does not hold is named, the first bad one first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tthc.domain.anchors import Anchor
from tthc.domain.audit import ALGORITHM, Link, Parts, digest_of, hash_of, root_of


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that does not hold, and where.

    ``position`` is that of the first link it concerns; None where no link is concerned.
    ``subject`` names the event, entry or dossier as staff know it.

    Codes of links: ``link_missing``, ``number_wrong``, ``algorithm_unknown``, ``link_changed``,
    ``source_missing``, ``source_changed``. Of anchors: ``anchor_differs``, ``tail_missing``.
    """

    code: str
    position: int | None = None
    chain: str | None = None
    subject: str = ""


class Walk:
    """Follows every chain at once, in memory for one head each, and holds it against anchors."""

    def __init__(self, anchors: Iterable[Anchor] = ()) -> None:
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.position = 0
        self.checked = 0
        self.newest: datetime | None = None
        self._anchors = sorted(anchors, key=lambda anchor: (anchor.position, anchor.number))
        self._next = 0
        self._sound_until = 0

    def step(self, link: Link, algorithm: int, parts: Parts | None) -> Iterator[Flaw]:
        """Take the next link with the record that stands behind it, None where that is gone.

        Any row with the fields of a link will do; a flaw of the link itself has no ``subject``.
        """
        if self._next < len(self._anchors):
            yield from self._settle(link.position - 1)
        if link.position != self.position + 1:
            yield Flaw("link_missing", self.position + 1)
        number, previous = self.heads.get(link.chain, (0, b""))
        code = self._judge(link, (number, previous), algorithm, parts)
        if code:
            yield Flaw(code, link.position, link.chain)
        self.heads[link.chain] = (link.number, link.hash)
        self.position = link.position
        self.checked += 1
        self.newest = link.linked_at

    @staticmethod
    def _judge(
        link: Link, head: tuple[int, bytes], algorithm: int, parts: Parts | None
    ) -> str | None:
        number, previous = head
        if algorithm != ALGORITHM:
            return "algorithm_unknown"
        if link.number != number + 1:
            return "number_wrong"
        return _judge_content(link, previous, parts)

    def finish(self) -> Iterator[Flaw]:
        """Tell what is wrong with the end: anchors that cover more than there is."""
        yield from self._settle(self.position)
        for anchor in self._anchors[self._next :]:
            yield Flaw("tail_missing", self.position + 1, subject=_name(anchor))

    def _settle(self, position: int) -> Iterator[Flaw]:
        """Hold the heads against every anchor up to ``position``."""
        root = None
        while self._next < len(self._anchors):
            anchor = self._anchors[self._next]
            if anchor.position > position:
                return
            root = root or root_of(self.heads)
            if (anchor.position, anchor.root) != (self.position, root):
                yield Flaw("anchor_differs", self._sound_until + 1, subject=_name(anchor))
            else:
                self._sound_until = anchor.position
            self._next += 1


def _judge_content(link: Link, previous: bytes, parts: Parts | None) -> str | None:
    if parts is None:
        return "source_missing"
    if digest_of(parts) != link.digest:
        return "source_changed"
    return None if hash_of(link, previous) == link.hash else "link_changed"


def _name(anchor: Anchor) -> str:
    return f"anchor {anchor.number}, {anchor.made_at:%Y-%m-%d %H:%M} UTC"
