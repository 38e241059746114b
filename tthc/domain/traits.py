"""What a score asks of a dossier besides its due date: its traits, and the parts they make up.

The database tells traits from columns and events; here they follow from the values of one
dossier, so that whoever holds a list can judge each of its rows again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import partial

from tthc.domain.dossier import Channel, PaymentKind
from tthc.domain.scoring import Lack, Measure

DIGITISED_PERCENT = 80
"""From how many of its papers on a dossier counts as digitised.

Source: description of the indicators of Quyết định 766/QĐ-TTg, group 4 (DVCQG, 2026).
"""


class Trait(IntFlag):
    """What may be true of one dossier received in a period.

    ONLINE: lodged online. ELECTRONIC: it has an electronic result. RESULTLESS: its procedure
    yields none. PAPERS_TOLD, PAYMENT_TOLD: these are known of it at all. PAYABLE: something was
    to be paid. TAKEN_OVER: it came from another system, which does not tell results as data.
    """

    ONLINE = 1 << 0
    ELECTRONIC = 1 << 1
    RESULTLESS = 1 << 2
    PAPERS_TOLD = 1 << 3
    DIGITISED = 1 << 4
    REUSED = 1 << 5
    PAYMENT_TOLD = 1 << 6
    PAYABLE = 1 << 7
    PAID_ONLINE = 1 << 8
    TAKEN_OVER = 1 << 9


@dataclass(frozen=True, slots=True)
class Handling:
    """What was known of one dossier at a moment.

    Attributes:
        is_electronic: it had a result by then, and as data.
        yields_result: whether its procedure does; None where the procedure is not known.
        payment_kind: how it was paid by then; None where that was never told.
        fee_total: in đồng.
    """

    channel: Channel | None
    is_electronic: bool
    yields_result: bool | None
    paper_count: int
    digitised_count: int
    reused_count: int
    payment_kind: PaymentKind | None
    fee_total: int
    is_taken_over: bool


PAID_ONLINE = frozenset({PaymentKind.ON_PORTAL, PaymentKind.VIA_GATEWAY})
PAYABLE = PAID_ONLINE | {PaymentKind.NOT_YET}


def traits_of(seen: Handling) -> Trait:
    """Return the traits of a dossier."""
    has_papers = seen.paper_count > 0
    is_told = seen.payment_kind is not None
    enough = seen.digitised_count * 100 >= DIGITISED_PERCENT * seen.paper_count
    found = {
        Trait.ONLINE: seen.channel is Channel.ONLINE,
        Trait.ELECTRONIC: seen.is_electronic,
        Trait.RESULTLESS: seen.yields_result is False,
        Trait.PAPERS_TOLD: has_papers,
        Trait.DIGITISED: has_papers and enough,
        Trait.REUSED: seen.reused_count > 0,
        Trait.PAYMENT_TOLD: is_told,
        Trait.PAYABLE: seen.payment_kind in PAYABLE or (not is_told and seen.fee_total > 0),
        Trait.PAID_ONLINE: seen.payment_kind in PAID_ONLINE,
        Trait.TAKEN_OVER: seen.is_taken_over,
    }
    return Trait(sum(trait for trait, holds in found.items() if holds))


Claim = Callable[[Trait], bool]


@dataclass(frozen=True, slots=True)
class Counting:
    """How a part is counted: the dossiers above and below its line, and those that do not tell.

    With ``by_procedure`` it is not the dossiers that are counted but their procedures.
    """

    above: Claim
    below: Claim
    untold: Claim
    by_procedure: bool = False


def _every(_traits: Trait) -> bool:
    return True


def _is(wanted: Trait, traits: Trait) -> bool:
    return wanted in traits


def _is_online(traits: Trait) -> bool:
    return Trait.ONLINE in traits and bool(traits & (Trait.ELECTRONIC | Trait.RESULTLESS))


def _result_untold(traits: Trait) -> bool:
    return Trait.TAKEN_OVER in traits and Trait.ELECTRONIC not in traits


def _online_untold(traits: Trait) -> bool:
    return Trait.ONLINE in traits and _result_untold(traits) and Trait.RESULTLESS not in traits


def _papers_untold(traits: Trait) -> bool:
    return Trait.PAPERS_TOLD not in traits


def _payment_untold(traits: Trait) -> bool:
    return Trait.PAYMENT_TOLD not in traits


_PAID: tuple[Claim, Claim, Claim] = (
    partial(_is, Trait.PAID_ONLINE),
    partial(_is, Trait.PAYABLE),
    _payment_untold,
)

COUNTINGS: Mapping[str, Counting] = {
    "dossiers_online": Counting(_is_online, _every, _online_untold),
    "electronic_results": Counting(partial(_is, Trait.ELECTRONIC), _every, _result_untold),
    "digitised": Counting(partial(_is, Trait.DIGITISED), _every, _papers_untold),
    "reused": Counting(partial(_is, Trait.REUSED), _every, _papers_untold),
    "paid_online": Counting(*_PAID),
    "procedures_paid_online": Counting(*_PAID, by_procedure=True),
}
"""The parts of the score that follow from traits, by code. Choice: docs/decisions/scores.md."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How many dossiers of one procedure share the same traits."""

    procedure_code: str | None
    traits: Trait
    count: int


def measure_traits(received: Collection[Alike]) -> dict[str, Measure]:
    """Return the measure of each part in ``COUNTINGS`` over all dossiers received."""
    return {code: _measure(counting, received) for code, counting in COUNTINGS.items()}


def _measure(counting: Counting, received: Collection[Alike]) -> Measure:
    untold = sum(alike.count for alike in received if counting.untold(alike.traits))
    if untold and untold == sum(alike.count for alike in received):
        return Measure(None, None, Lack.UNTOLD, untold)
    below = [alike for alike in received if counting.below(alike.traits)]
    above = [alike for alike in below if counting.above(alike.traits)]
    size = _procedures if counting.by_procedure else _dossiers
    return Measure(size(above), size(below), untold=untold)


def _dossiers(found: Iterable[Alike]) -> int:
    return sum(alike.count for alike in found)


def _procedures(found: Iterable[Alike]) -> int:
    """Count the procedures; what came under a name that the catalogue lacks is none."""
    return len({alike.procedure_code for alike in found} - {None})


@dataclass(frozen=True, slots=True)
class OnlineOffer:
    """The procedures in force on a day, and those of them that are offered online."""

    in_force: frozenset[str]
    online: frozenset[str]


def measure_offer(received: Iterable[Alike], offer: OnlineOffer) -> dict[str, Measure]:
    """Return the measures of the parts about procedures offered online, and of their use."""
    lodged = {alike.procedure_code for alike in received if Trait.ONLINE in alike.traits}
    online = len(offer.online)
    return {
        "procedures_online": Measure(online, len(offer.in_force)),
        "procedures_used_online": Measure(len(offer.online & lodged), online),
    }
