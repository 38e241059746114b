"""Bodies of the actions of a dossier: each asks for just what it needs."""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from tthc.domain.dossier import Details, PaymentKind, ReturnForm, StopReason
from tthc.domain.lifecycle import Action
from tthc.services.dossiers import Command
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Boolean, Choice, Day, Instant, String
from tthc.serving.schemas.nesting import ListOf

MOST_REASON = 2_000


class ActionSchema(BaseSchema):
    """An action without details. ``happened_at`` claims an earlier time than now."""

    happened_at = Instant(load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Command:
        """Hand the view a command that still lacks its action."""
        at = data.pop("happened_at")
        papers = tuple(data.pop("papers", ()))
        return Command(Details(papers=papers, **data), happened_at=at)


class ReasonedSchema(ActionSchema):
    """An action that needs a reason."""

    reason = String(most=MOST_REASON, lines=True, required=True)


class StoppingSchema(ReasonedSchema):
    """A stop of the clock; ``limit_on`` is the last day it may last."""

    limit_on = Day(load_default=None, allow_none=True)


class PauseSchema(StoppingSchema):
    """A stop for another agency or force majeure."""

    stop_reason = Choice(StopReason, required=True)


class SupplementSchema(StoppingSchema):
    """A request for papers, every one listed at once (Mẫu 02)."""

    papers = ListOf(String(most=500), most=100, load_default=[])


class ExtendSchema(ReasonedSchema):
    """An apology with a new due day (Mẫu 04)."""

    new_due_on = Day(required=True)
    responsible_unit = String(most=10, pattern=UNIT_CODE, required=True)


class ApologySchema(ReasonedSchema):
    """An apology for a dossier that is late already (Mẫu 04). Its due date stays.

    ``promised_on`` is the day by which the result is promised now.
    """

    responsible_unit = String(most=10, pattern=UNIT_CODE, required=True)
    promised_on = Day(load_default=None, allow_none=True)


class OfficerSchema(ActionSchema):
    """To whom the dossier goes."""

    officer = String(most=80, required=True)


class HandOverSchema(ActionSchema):
    """To whom the dossier goes, or is passed on, when that is known already."""

    officer = String(most=80, load_default=None, allow_none=True)


class FinishSchema(ActionSchema):
    """The result."""

    result_code = String(most=80, load_default=None, allow_none=True)
    is_result_electronic = Boolean(load_default=False)


class ReturnSchema(ActionSchema):
    """How the result reached the citizen."""

    return_form = Choice(ReturnForm, load_default=None, allow_none=True)


class PaidSchema(ActionSchema):
    """How a financial obligation was met."""

    payment_kind = Choice(PaymentKind, load_default=None, allow_none=True)


EMPTY = BaseSchema()
"""A body without fields: ``{}``."""

BODIES: dict[Action, ActionSchema] = {
    Action.ACCEPT: ActionSchema(),
    Action.REFUSE: ReasonedSchema(),
    Action.HAND_OVER: HandOverSchema(),
    Action.PASS_ON: HandOverSchema(),
    Action.ASSIGN: OfficerSchema(),
    Action.REQUEST_SUPPLEMENT: SupplementSchema(),
    Action.TAKE_SUPPLEMENT: ActionSchema(),
    Action.REQUEST_PAYMENT: StoppingSchema(),
    Action.CONFIRM_PAYMENT: PaidSchema(),
    Action.EXTEND: ExtendSchema(),
    Action.APOLOGISE: ApologySchema(),
    Action.WITHDRAW: ReasonedSchema(),
    Action.STOP: ReasonedSchema(),
    Action.FINISH: FinishSchema(),
    Action.RETURN: ReturnSchema(),
    Action.PAUSE: PauseSchema(),
    Action.RESUME: ActionSchema(),
}
"""Every action over HTTP; the remaining ones begin a dossier's life."""
