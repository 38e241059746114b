"""What the desk writes down when a dossier comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tthc.domain.catalogue import DEFAULT_CASE
from tthc.domain.dossier import Channel, PaymentKind, ReturnForm, SubmittedBy
from tthc.domain.parties import Contact, NotifyBy, Person, make_contact


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a dossier: how many of each kind, and whether it exists as data."""

    name: str
    component_code: str | None = None
    originals: int = 0
    certified_copies: int = 0
    photocopies: int = 0
    is_digitised: bool = False
    is_reused: bool = False


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee or charge, in whole đồng, at least 0."""

    name: str
    amount: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class NewDossier:
    """An application as it is lodged.

    Attributes:
        receiving_unit: where it was handed in; None means the one unit of the actor.
        resolving_unit: the competent unit; None means the receiving one.
        happened_at: the claimed time of receipt (or of online submission); None means now.
        owner: the person it belongs to, when another one lodges it.
        area_class: the class of the area it is about; None means that of the resolving unit.
        notify_by: how the applicant is told of the dossier; None means by e-mail, if they gave one.
    """

    procedure_code: str
    channel: Channel
    submitted_by: SubmittedBy
    applicant: Person
    case_code: str = DEFAULT_CASE
    receiving_unit: str | None = None
    resolving_unit: str | None = None
    happened_at: datetime | None = None
    owner: Person | None = None
    area_class: str | None = None
    papers: tuple[Paper, ...] = ()
    fees: tuple[Fee, ...] = ()
    payment_kind: PaymentKind | None = None
    return_form: ReturnForm | None = None
    summary: str | None = None
    notify_by: NotifyBy | None = None

    @property
    def contact(self) -> Contact:
        """Where the applicant is told of the dossier, or raise ContactMissingError."""
        return make_contact(self.applicant.email, self.notify_by)

    @property
    def fee_total(self) -> int:
        """All fees together, in đồng."""
        return sum(fee.amount for fee in self.fees)

    @property
    def payment(self) -> PaymentKind:
        """How fees are paid, when nothing was said: not yet, or there is no fee."""
        if self.payment_kind is not None:
            return self.payment_kind
        return PaymentKind.NOT_YET if self.fee_total else PaymentKind.NO_FEE
