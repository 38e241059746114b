"""Shapes of dossiers: as they are lodged, shown in full, and shown in lists."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from tthc.domain.catalogue import DEFAULT_CASE
from tthc.domain.dossier import Channel, PaymentKind, ReturnForm, StopReason, SubmittedBy
from tthc.domain.lifecycle import Action, Status
from tthc.domain.limits import Granularity
from tthc.domain.parties import IdentityKind, NotifyBy, PartyRole, Person, SubjectKind
from tthc.domain.receipt import Fee, NewDossier, Paper
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import (
    Boolean,
    Choice,
    Day,
    Instant,
    Integer,
    QueryBoolean,
    QueryChoice,
    String,
)
from tthc.serving.schemas.nesting import ListOf, Nested, PageQuery, page_schema

PROCEDURE_CODE = r"[0-9]\.[0-9]{6}"
UNIT_CODE = r"[0-9]{2}|[0-9]{5}"
EMAIL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
"""What mail can be sent to: a slip such as "hoa@gmail.cóm" is found while the citizen is there."""
MOST_COPIES = 1_000
MOST_DONG = 10**12


class PersonSchema(BaseSchema):
    """A citizen or organisation."""

    name = String(most=200, required=True)
    subject_kind = Choice(SubjectKind, load_default=SubjectKind.CITIZEN)
    identity_kind = Choice(IdentityKind, load_default=None, allow_none=True)
    identity_number = String(most=20, pattern=r"[0-9]{9,14}", load_default=None, allow_none=True)
    phone = String(most=20, pattern=r"\+?[0-9 .]{8,19}", load_default=None, allow_none=True)
    email = String(most=254, pattern=EMAIL, load_default=None, allow_none=True)
    address = String(most=300, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Person:
        """Hand the view a value, not a dict."""
        return Person(**data)


class PaperSchema(BaseSchema):
    """One paper of a dossier."""

    name = String(most=500, required=True)
    component_code = String(most=60, load_default=None, allow_none=True)
    originals = Integer(most=MOST_COPIES, load_default=0)
    certified_copies = Integer(most=MOST_COPIES, load_default=0)
    photocopies = Integer(most=MOST_COPIES, load_default=0)
    is_digitised = Boolean(load_default=False)
    is_reused = Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Paper:
        """Hand the view a value, not a dict."""
        return Paper(**data)


class FeeSchema(BaseSchema):
    """One fee in whole đồng."""

    name = String(most=300, required=True)
    amount = Integer(most=MOST_DONG, required=True)
    code = String(most=60, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Fee:
        """Hand the view a value, not a dict."""
        return Fee(**data)


class NewDossierSchema(BaseSchema):
    """Body of ``POST /dossiers``. An online dossier is registered; any other is received.

    ``notify_by`` says how the applicant is told of it; left out, by e-mail if they gave one.
    """

    procedure_code = String(most=20, pattern=PROCEDURE_CODE, required=True)
    case_code = String(most=40, load_default=DEFAULT_CASE)
    channel = Choice(Channel, required=True)
    submitted_by = Choice(SubmittedBy, load_default=SubmittedBy.CITIZEN)
    receiving_unit = String(most=10, pattern=UNIT_CODE, load_default=None, allow_none=True)
    resolving_unit = String(most=10, pattern=UNIT_CODE, load_default=None, allow_none=True)
    area_class = String(most=40, load_default=None, allow_none=True)
    happened_at = Instant(load_default=None, allow_none=True)
    applicant = Nested(PersonSchema(), required=True)
    owner = Nested(PersonSchema(), load_default=None, allow_none=True)
    papers = ListOf(Nested(PaperSchema()), most=100, load_default=[])
    fees = ListOf(Nested(FeeSchema()), most=20, load_default=[])
    payment_kind = Choice(PaymentKind, load_default=None, allow_none=True)
    return_form = Choice(ReturnForm, load_default=None, allow_none=True)
    summary = String(most=1000, lines=True, load_default=None, allow_none=True)
    notify_by = Choice(NotifyBy, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NewDossier:
        """Hand the view a value, not a dict."""
        return NewDossier(**data | {n: tuple(data[n]) for n in ("papers", "fees")})


class DossierQuery(PageQuery):
    """Filters of the list of dossiers."""

    status = QueryChoice(Status, load_default=None)
    unit_code = String(most=10, load_default=None)
    procedure_code = String(most=20, pattern=PROCEDURE_CODE, load_default=None)
    channel = QueryChoice(Channel, load_default=None)
    received_since = Day(load_default=None)
    received_until = Day(load_default=None)
    overdue = QueryBoolean(load_default=False)


class PartySchema(BaseSchema):
    """A person of a dossier, in full: only for who may read that dossier."""

    role = Choice(PartyRole, required=True)
    name = fields.String(required=True)
    subject_kind = Choice(SubjectKind, required=True)
    identity_kind = Choice(IdentityKind, allow_none=True)
    identity_number = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    notify_by = Choice(NotifyBy, required=True, metadata={"description": "of the applicant"})


class DossierRowSchema(BaseSchema):
    """A dossier in a list; names are cut to initials and numbers are left out."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    status = Choice(Status, required=True)
    status_name = fields.String(required=True)
    procedure_code = fields.String(allow_none=True)
    channel = Choice(Channel, allow_none=True)
    receiving_unit = fields.String(allow_none=True)
    resolving_unit = fields.String(allow_none=True)
    officer = fields.String(allow_none=True)
    applicant_name = fields.String(allow_none=True, metadata={"description": "masked"})
    received_at = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    is_overdue = fields.Boolean(required=True)
    finished_at = Instant(allow_none=True)
    returned_at = Instant(allow_none=True)


class DossierSchema(DossierRowSchema):
    """A dossier in full. Instants are shown as Vietnamese time.

    ``version_from`` is the first day of the procedure version it was received under.
    """

    case_code = fields.String(allow_none=True)
    version_from = fields.Date(allow_none=True)

    submitted_by = Choice(SubmittedBy, allow_none=True)
    registered_at = Instant(allow_none=True)
    original_due_at = Instant(allow_none=True)
    due_granularity = Choice(Granularity, allow_none=True)
    due_version = fields.Integer(required=True)
    extension_count = fields.Integer(required=True)
    apologised_at = Instant(allow_none=True)
    supplement_count = fields.Integer(required=True)
    stop_count = fields.Integer(required=True)
    stopped_at = Instant(allow_none=True)
    paused_for = Choice(StopReason, allow_none=True)
    ended_at = Instant(allow_none=True)
    current_stage = fields.Integer(allow_none=True)
    stage_round = fields.Integer(required=True)
    return_form = Choice(ReturnForm, allow_none=True)
    result_code = fields.String(allow_none=True)
    is_result_electronic = fields.Boolean(required=True)
    payment_kind = Choice(PaymentKind, allow_none=True)
    fee_total = fields.Integer(required=True)
    papers = fields.List(fields.Dict(), required=True)
    fees = fields.List(fields.Dict(), required=True)
    summary = fields.String(allow_none=True)
    foreign_system = fields.String(allow_none=True)
    foreign_code = fields.String(allow_none=True)
    is_demo = fields.Boolean(required=True)
    parties = fields.List(fields.Nested(PartySchema()), required=True)


class EventSchema(BaseSchema):
    """One thing that happened: claimed and recorded time, and the fields it changed."""

    version = fields.Integer(required=True)
    action = Choice(Action, required=True)
    happened_at = Instant(required=True)
    recorded_at = Instant(required=True)
    actor = fields.String(required=True)
    changes = fields.Dict(required=True)
    facts = fields.Dict(required=True)


class HistorySchema(BaseSchema):
    """Everything that happened to a dossier, oldest first."""

    items = fields.List(fields.Nested(EventSchema()), required=True)


NEW_DOSSIER = NewDossierSchema()
DOSSIER = DossierSchema()
DOSSIER_QUERY = DossierQuery()
DOSSIER_PAGE = page_schema(DossierRowSchema())
HISTORY = HistorySchema()
