"""The manager's board: rates by commune against their targets, and the dossiers behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, redirect, request, url_for
from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from tthc.domain.accounts import Permission
from tthc.domain.errors import ForbiddenError, NotFoundError, TthcError
from tthc.domain.metrics import Period
from tthc.domain.moment import ONE_DAY, civil_day
from tthc.domain.numbers import find_number
from tthc.domain.targets import FULL_ONLINE_PERCENT, ON_TIME_PERCENT, late_allowance
from tthc.jobs.reports import list_layouts
from tthc.services.alert_lists import AlertEntry, AlertPage, AlertState, list_alerts
from tthc.services.answers import Snooze, acknowledge_alert, snooze_alert
from tthc.services.evidence import MOST_AT_ONCE, Place, gather, list_behind
from tthc.services.idempotency import KeyInFlightError
from tthc.services.metrics import MetricsSheet, UnitMetrics, make_period, measure_communes
from tthc.services.reference import load_reference
from tthc.services.report_files import ReportFormat
from tthc.serving.context import Call
from tthc.serving.policy import Access
from tthc.serving.reports import Asked, give_report
from tthc.serving.schemas.answers import SNOOZE
from tthc.serving.schemas.fields import Day
from tthc.web.forms import Faults, faults_of, key_of, new_key, plain, save_once
from tthc.web.pages import Page, Pages
from tthc.web.presenting import procedure_name
from tthc.web.rendering import render
from tthc.web.visitors import our_page

ON_TIME, FULL_ONLINE = "on_time_finished/1.day", "full_online/1"
MOST_LISTED = 200
ALERTS_READ_BACK, MOST_ALERTS = 100, 10

_DAY = Day()

pages = Pages("web_board")


@dataclass(frozen=True, slots=True)
class Bar:
    """One commune's rate: ``value`` in [0, 1]; None when nothing was counted."""

    code: str | None
    name: str | None
    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """The rate, for the length of the bar and the order."""
        return self.numerator / self.denominator if self.denominator else None


@pages.get("/board", allow=Permission.METRICS_READ)
def index(call: Call) -> Page:
    """Show the figures of a period, worst communes first, and what wants an answer."""
    since, until, faults = _read_days(call, request.args)
    period, faults = _period(call, since, until, faults)
    sheet = measure_communes(call.session, period, call.actor.scope, as_of=call.now)
    in_time = _bar(sheet.total, ON_TIME)
    allowance = late_allowance(in_time.numerator, in_time.denominator, percent=ON_TIME_PERCENT)
    return render(
        "board/index.html",
        call,
        since=since,
        until=until,
        faults=faults,
        period=period,
        sheet=sheet,
        charts=[
            ("on_time", ON_TIME, ON_TIME_PERCENT, _ranked(sheet, ON_TIME), in_time),
            (
                *("full_online", FULL_ONLINE, FULL_ONLINE_PERCENT),
                *(_ranked(sheet, FULL_ONLINE), _bar(sheet.total, FULL_ONLINE)),
            ),
        ],
        allowance=allowance if in_time.denominator else None,
        target=ON_TIME_PERCENT,
        alerts=_waiting(call),
        reports=[entry for entry in list_layouts() if entry.layout],
        formats=list(ReportFormat),
        here=request.full_path.rstrip("?"),
    )


@pages.get("/board/dossiers", allow=Permission.METRICS_READ)
def behind(call: Call) -> Page:
    """List the dossiers behind one number; they are as many as it says."""
    since, until, wrong = _read_days(call, request.args)
    if wrong:
        raise NotFound
    period = make_period(since, until, call.now)
    number = find_number(request.args.get("number", "")).name
    place = Place(request.args.get("unit_code") or None, request.args.get("unassigned") == "true")
    found = list_behind(
        gather(call.session, period, place, call.actor.scope, as_of=call.now, most=MOST_AT_ONCE),
        number,
    )
    reference = load_reference(call.session)
    unit = reference.units.get(place.unit_code or "")
    return render(
        "board/dossiers.html",
        call,
        number=number,
        unit=unit.name if unit else None,
        period=period,
        since=since,
        until=until,
        found=found,
        most=MOST_LISTED,
        names={
            row.procedure_code: procedure_name(reference, row.procedure_code) for row in found.rows
        },
    )


@pages.get("/board/report", allow=Permission.METRICS_READ)
def report(call: Call) -> Page:
    """Give a report of the unit and period chosen on the board, as a file."""
    since, until, wrong = _read_days(call, request.args)
    if wrong or request.args.get("format", "") not in set(ReportFormat):
        raise NotFound
    name, form = request.args.get("name", ""), ReportFormat(request.args["format"])
    asked = Asked(name, since, until, Place(request.args.get("unit_code") or None), form)
    return give_report(call, asked, as_of=call.now)


@pages.post("/board/alerts/<int:alert_id>/acknowledge", allow=Permission.ALERTS_ACT)
def acknowledge(call: Call, alert_id: int) -> Page:
    """Note that the reader knows of an alert, and lead back to the board."""
    acknowledge_alert(call.session, alert_id, call.actor, now=call.now)
    return _back()


@pages.get("/board/alerts/<int:alert_id>/snooze", allow=Permission.ALERTS_ACT)
def ask_snooze(call: Call, alert_id: int) -> Page:
    """Ask why, and until which day."""
    return _snooze_form(call, alert_id, ({}, Faults(), new_key()))


@pages.post("/board/alerts/<int:alert_id>/snooze", allow=Permission.ALERTS_ACT)
def snooze(call: Call, alert_id: int) -> Page:
    """Hold an alert back until a day, and lead back to the board."""
    given = plain(request.form)

    def save() -> Response:
        wanted = SNOOZE.load({n: given[n] for n in given if n in SNOOZE.fields})
        snooze_alert(call.session, alert_id, Snooze(**wanted), call.actor, now=call.now)
        return _back()

    try:
        return save_once(call, request, save)
    except (NotFoundError, KeyInFlightError):
        raise
    except (TthcError, ValidationError) as error:
        faults = faults_of(error, frozenset(SNOOZE.fields))
        page = _snooze_form(call, alert_id, (given, faults, key_of(request)))
        return Response(page, faults.status, mimetype="text/html")


@pages.get("/board/<path:rest>", allow=Access.PUBLIC)
def nowhere(rest: str) -> Page:
    """Say that there is no such page, as a page."""
    raise NotFound(rest)


def _read_days(call: Call, wanted: Mapping[str, str]) -> tuple[date, date, tuple[str, ...]]:
    """Return the days asked for, and which of them were none; without any, this year so far."""
    today = civil_day(call.now)
    usual = {"since": today.replace(month=1, day=1), "until": today + ONE_DAY}
    days, wrong = dict(usual), []
    for name, day in usual.items():
        try:
            days[name] = _DAY.deserialize(wanted.get(name) or day.isoformat())
        except ValidationError:
            wrong.append(name)
    return days["since"], days["until"], tuple(wrong)


def _period(
    call: Call, since: date, until: date, wrong: tuple[str, ...]
) -> tuple[Period, tuple[str, ...]]:
    """Return the period; days that make none are named and this year is shown instead."""
    try:
        return make_period(since, until, call.now), wrong
    except TthcError:
        since, until, _ = _read_days(call, {})
        return make_period(since, until, call.now), (*wrong, "until")


def _bar(row: UnitMetrics, number: str) -> Bar:
    above = find_number(f"{number}.numerator").of(row.tally)
    below = find_number(f"{number}.denominator").of(row.tally)
    unit = row.unit
    return Bar(unit.code if unit else None, unit.name if unit else None, above, below)


def _ranked(sheet: MetricsSheet, number: str) -> list[Bar]:
    """Return the communes that counted anything, the lowest rate first."""
    bars = [_bar(row, number) for row in sheet.rows]
    return sorted(
        (bar for bar in bars if bar.denominator), key=lambda bar: (bar.value, bar.code or "")
    )


def _waiting(call: Call) -> Sequence[AlertEntry] | None:
    """Return alerts that nobody answered, newest first; None for who hears of none."""
    try:
        actor = call.account.acting(Permission.ALERTS_READ)
    except ForbiddenError:
        return None
    page = AlertPage(None, None, None, ALERTS_READ_BACK)
    found = list_alerts(call.session, page, actor, now=call.now)
    waiting = [entry for entry in found if _waits(entry)]
    return waiting[:MOST_ALERTS]


def _waits(entry: AlertEntry) -> bool:
    is_answered = entry.acknowledged_at is not None or entry.snoozed_until is not None
    return not is_answered and entry.state is not AlertState.WITHDRAWN


def _back() -> Response:
    place = our_page(request.form.get("next"), otherwise=url_for("web_board.index_get"))
    return redirect(place, 303)  # type: ignore[return-value]


def _snooze_form(call: Call, alert_id: int, filled: tuple[Mapping[str, str], Faults, str]) -> str:
    given, faults, key = filled
    page = AlertPage(None, None, alert_id + 1, 1)
    found = list_alerts(call.session, page, call.actor, now=call.now)
    if not found or found[0].id != alert_id:
        raise NotFoundError("Không tìm thấy cảnh báo.", "there is no such alert")
    return render(
        "board/snooze.html",
        call,
        alert=found[0],
        given=given,
        faults=faults,
        key=key,
        back=our_page(request.values.get("next"), otherwise="/board"),
    )
