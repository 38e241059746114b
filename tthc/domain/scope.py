"""Which units of government somebody may see or act for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of unit codes, or everything. An empty one covers nothing."""

    everything: bool = False
    units: frozenset[str] = frozenset()

    def covers(self, *unit_codes: str | None) -> bool:
        """Whether at least one of these units is covered; None is no unit."""
        return self.everything or not self.units.isdisjoint(unit_codes)

    @property
    def only_unit(self) -> str | None:
        """The unit, when it is exactly one; so a desk need not name itself."""
        if self.everything or len(self.units) != 1:
            return None
        return next(iter(self.units))


EVERYTHING = Scope(everything=True)
NOTHING = Scope()
