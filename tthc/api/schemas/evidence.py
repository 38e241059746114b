"""Shapes of evidence: the dossiers behind a number."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.measured import MeasuredSchema
from tthc.api.schemas.metrics import PeriodQuery
from tthc.domain.dossier import Channel, SubmittedBy
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Choice, Instant, QueryBoolean, String
from tthc.serving.schemas.nesting import PageQuery

NUMBER_NAME = r"[a-z0-9_]+(/[0-9]+)?(\.[a-z_]+){0,2}"


class PlaceQuery(PeriodQuery):
    """A period, and whose dossiers: one unit's, ``unassigned`` those of none, else all of yours."""

    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None)
    unassigned = QueryBoolean(load_default=False)


class NumberQuery(PlaceQuery):
    """Which number: ``finished``, ``by_day.finished_late``, ``online_share/1.numerator``."""

    number = String(most=60, pattern=NUMBER_NAME, required=True)


class NumberPageQuery(NumberQuery, PageQuery):
    """The same, a page at a time."""


class EvidenceSchema(BaseSchema):
    """A dossier as it was known at ``at``."""

    code = fields.String(required=True)
    procedure_code = fields.String(required=True, allow_none=True)
    channel = Choice(Channel, required=True, allow_none=True)
    submitted_by = Choice(SubmittedBy, required=True, allow_none=True)
    receiving_unit = fields.String(required=True, allow_none=True)
    resolving_unit = fields.String(required=True, allow_none=True)
    received_at = Instant(required=True)
    due_at = Instant(required=True, allow_none=True)
    overdue_at = Instant(required=True, allow_none=True)
    original_due_at = Instant(required=True, allow_none=True)
    original_overdue_at = Instant(required=True, allow_none=True)
    stopped_at = Instant(required=True, allow_none=True)
    supplements = fields.Integer(required=True)
    finished_at = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)


class EvidencePageSchema(MeasuredSchema):
    """A page of the dossiers behind a number.

    ``value`` is the number and ``sha256`` the fingerprint of its list, both of all pages; the
    list is what ``/evidence/dossiers.csv`` gives. They change when the list does.
    """

    number = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    value = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    items = fields.List(fields.Nested(EvidenceSchema()), required=True)
    next = fields.String(required=True, allow_none=True)


PLACE = PlaceQuery()
NUMBER = NumberQuery()
NUMBER_PAGE = NumberPageQuery()
EVIDENCE_PAGE = EvidencePageSchema()
