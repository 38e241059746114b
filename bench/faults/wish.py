"""How thoroughly somebody wants the scenarios run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """``asked`` overrides the rounds; ``is_quick`` takes few rounds and short faults."""

    asked: int | None = None
    is_quick: bool = False

    def rounds(self, usual: int, *, quick: int) -> int:
        if self.asked is not None:
            return self.asked
        return quick if self.is_quick else usual

    @property
    def fault_seconds(self) -> float:
        """How long something stays away."""
        return 10.0 if self.is_quick else 60.0
