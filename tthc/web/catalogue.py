"""The catalogue of procedures for everybody: what is offered, how fast, and by which decision."""

from __future__ import annotations

from datetime import date

from flask import request
from marshmallow import ValidationError

from tthc.domain.catalogue import OfferedLimit, Version
from tthc.domain.limits import Counting
from tthc.domain.moment import civil_day
from tthc.services.catalogue import list_by_field, show_procedure
from tthc.services.promising import suggest_procedures
from tthc.serving.context import now, transaction
from tthc.serving.policy import Access
from tthc.serving.schemas.fields import Day
from tthc.web.pages import Page, Pages
from tthc.web.strangers import answer_stranger

MOST_FOUND = 50
LONGEST_SEARCH = 100

_DAY = Day()

pages = Pages("web_catalogue")


@pages.get("/thu-tuc", allow=Access.PUBLIC)
def index() -> Page:
    """Show what was searched for, without accents, or every procedure in force by field."""
    text = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    at = now()
    with transaction() as session:
        found = suggest_procedures(session, text, now=at, limit=MOST_FOUND) if text else ()
        by_field = {} if text else list_by_field(session, civil_day(at))
    return answer_stranger(
        "catalogue/index.html", searched=text, found=found, by_field=by_field, most=MOST_FOUND
    )


@pages.get("/thu-tuc/<code>", allow=Access.PUBLIC)
def show(code: str) -> Page:
    """Show one procedure as it is on a day, today unless another is asked for."""
    day, is_wrong = _read_day(request.args.get("on"), today=civil_day(now()))
    with transaction() as session:
        sheet = show_procedure(session, code, day)
    return answer_stranger(
        "catalogue/procedure.html",
        sheet=sheet,
        day=day,
        is_wrong=is_wrong,
        offers=_lines(sheet.version) if sheet.version else [],
    )


def _read_day(text: str | None, *, today: date) -> tuple[date, bool]:
    """Return the day that was asked for, or today, and whether what was asked for is no day."""
    if not text:
        return today, False
    try:
        day: date = _DAY.deserialize(text)
    except ValidationError:
        return today, True
    return day, False


def _lines(version: Version) -> list[tuple[OfferedLimit, str]]:
    """Return what a version offers by case and channel, each with the name of its limit."""
    by_case = sorted(version.offers, key=lambda offer: (offer.case_code, offer.channel))
    return [(offer, limit_name(offer)) for offer in by_case]


def limit_name(offer: OfferedLimit) -> str:
    """Return the key, among the texts, of how a limit is told."""
    limit = offer.limit
    if limit.counting is Counting.HALF_DAY:
        return "half_days" if limit.amount else "same_half_day"
    return "in_day" if limit.counting is Counting.IN_DAY else limit.unit.value
