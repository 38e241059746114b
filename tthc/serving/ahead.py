"""Work that a request needs and that takes a while: done between two transactions.

The first one reads what the work needs, the second one is the request's own. Meanwhile no
connection and no lock is held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tthc.domain.errors import TthcError

Work = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of work done ahead; called, it gives the value or raises the refusal.

    So a request that is only repeated gets its kept answer, whatever the work would say now.
    """

    value: Any = None
    refusal: TthcError | None = None

    def __call__(self) -> Any:
        """Return what was made, or raise why it was not."""
        if self.refusal is not None:
            raise self.refusal
        return self.value


NOTHING_MADE = Made()


def make(look: Callable[[], Work]) -> Made:
    """Do the work that ``look``, which opens and ends a transaction, found to be done."""
    try:
        return Made(look()())
    except TthcError as refusal:
        return Made(refusal=refusal)
