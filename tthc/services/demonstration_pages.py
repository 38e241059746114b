"""A page of invented dossiers written at once: the same rows as the use cases would write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy.orm import Session

from tthc.domain.codes import DossierCode
from tthc.domain.demonstration.lives import Event, Life
from tthc.domain.dossier import STATE_FIELDS, StopReason
from tthc.domain.moment import civil_day
from tthc.domain.parties import PartyRole, Person
from tthc.domain.receipt import Fee, Paper
from tthc.domain.text import search_form
from tthc.services.copying import (
    DUE,
    EVENT,
    STAGE,
    Row,
    as_json,
    due_row,
    event_row,
    plain,
    stage_row,
    state_row,
)
from tthc.services.recording import UNBORN, Happening
from tthc.storage.bulk import copy_rows, reserve_ids
from tthc.storage.queries.demonstration import take_numbers

DOSSIER = ("id", "code", "summary", "papers", "fees", "is_demo", "recorded_at", *STATE_FIELDS)
PARTY = (
    *("dossier_id", "role", "name_search", "name", "subject_kind", "identity_kind"),
    *("identity_number", "phone", "email", "address"),
)
PAPER, FEE = (tuple(f.name for f in fields(kind)) for kind in (Paper, Fee))
STOP = (
    *("dossier_id", "number", "reason", "started_at", "stood_since", "ended_at", "ended_by"),
    *("began_by", "why"),
)


def write_page(session: Session, lives: Sequence[Life]) -> int:
    """Write dossiers with all that belongs to them; return how many events.

    Codes are given in the order of ``lives``. Every moment of recording is the moment it
    happened, as if the desk had written it down at once.
    """
    codes = _give_codes(session, lives)
    numbered = list(zip(reserve_ids(session, "dossiers", len(lives)), lives, strict=True))
    dossiers = (_dossier(i, code, life) for (i, life), code in zip(numbered, codes, strict=True))
    copy_rows(session, "dossiers", DOSSIER, dossiers)
    tables = (
        ("parties", PARTY, _parties),
        ("dossier_events", EVENT, _events),
        ("due_versions", DUE, _dues),
        ("clock_stops", STOP, _stops),
        ("dossier_stages", STAGE, _stages),
    )
    for name, columns, rows_of in tables:
        copy_rows(session, name, columns, (row for i, life in numbered for row in rows_of(i, life)))
    return sum(len(life.events) for life in lives)


def _give_codes(session: Session, lives: Sequence[Life]) -> list[str]:
    keys = [(life.arrival.desk.place.agency_code, civil_day(life.arrival.at)) for life in lives]
    counts: Mapping[tuple[str, date], int] = Counter(keys)
    last = take_numbers(session, counts)
    given = {key: number - counts[key] for key, number in last.items()}
    codes = []
    for agency, day in keys:
        given[agency, day] += 1
        codes.append(str(DossierCode(agency, day, given[agency, day])))
    return codes


def _dossier(dossier_id: int, code: str, life: Life) -> Row:
    new = life.new
    papers = as_json([{name: getattr(paper, name) for name in PAPER} for paper in new.papers])
    fees = as_json([{name: getattr(fee, name) for name in FEE} for fee in new.fees])
    own = (dossier_id, code, new.summary, papers, fees, True, life.arrival.at)
    return (*own, *state_row(life.state))


def _parties(dossier_id: int, life: Life) -> Iterator[Row]:
    persons = ((PartyRole.APPLICANT, life.new.applicant), (PartyRole.OWNER, life.new.owner))
    for role, person in persons:
        if person is not None:
            yield (dossier_id, role.value, search_form(person.name), *_person(person))


def _person(person: Person) -> Row:
    return tuple(plain(getattr(person, name)) for name in PARTY[3:])


def _events(dossier_id: int, life: Life) -> Iterator[Row]:
    before = UNBORN
    for event in life.events:
        state = event.outcome.state
        told = Happening(event.action, event.actor, event.at, event.at, event.facts)
        yield event_row(dossier_id, told, before, state)
        before = state


def _dues(dossier_id: int, life: Life) -> Iterator[Row]:
    for event in life.events:
        if event.outcome.due is not None:
            yield due_row(dossier_id, event.outcome.state, event.outcome.due, event.action)


def _stages(dossier_id: int, life: Life) -> Iterator[Row]:
    for run in life.runs.values():
        yield stage_row(dossier_id, run)


def _stops(dossier_id: int, life: Life) -> Iterator[Row]:
    for index, event in enumerate(life.events):
        reason, state = event.outcome.began_stop, event.outcome.state
        if reason is not None:
            end = _end_of_stop(reason, life.events[index + 1 :])
            ended = (end.at, end.actor) if end else (None, None)
            told = (event.actor, event.facts.get("reason"))
            since = (event.at, state.stopped_at)
            yield (dossier_id, state.stop_count, reason.value, *since, *ended, *told)


def _end_of_stop(reason: StopReason, later: Sequence[Event]) -> Event | None:
    ends = (e for e in later if e.outcome.ended_stop is reason or e.outcome.state.ended_at)
    return next(ends, None)
