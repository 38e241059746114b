"""What the facts of a form are taken from, and how instants and units are told in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tthc.domain.explain import clock
from tthc.services.deadlines import Explanation
from tthc.services.reference import Reference, UnitEntry
from tthc.storage.tables.dossiers import Dossier, DossierEvent, Party


@dataclass(frozen=True, slots=True)
class Source:
    """What the facts of a form are taken from: a dossier as it stands, and who signs.

    ``contacts`` tells where to ask, by unit code.
    """

    dossier: Dossier
    parties: Sequence[Party]
    events: Sequence[DossierEvent]
    told: Explanation
    reference: Reference
    contacts: Mapping[str, str]
    signer: str
    now: datetime

    @property
    def desk(self) -> UnitEntry | None:
        """The unit that took the dossier in."""
        return self.reference.units.get(self.dossier.receiving_unit or "")

    def unit_name(self, code: str | None) -> str:
        """Return the name of a unit, empty for one not known."""
        unit = self.reference.units.get(code or "")
        return unit.name if unit else ""


def told_at(moment: datetime | None) -> str:
    """Return an instant as forms tell it; empty for none."""
    return clock(moment) if moment else ""
