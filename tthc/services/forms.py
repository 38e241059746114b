"""Forms of a dossier: lay one out, record that it was issued, find it again.

Laying out reads, recording writes; between them the form is typeset, which needs no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.errors import StaleError
from tthc.domain.evidence import fingerprint
from tthc.domain.forms import (
    Facts,
    Form,
    FormTemplate,
    canonical,
    check_fit,
    fitting_forms,
)
from tthc.services.deadlines import explain_dossier
from tthc.services.form_facts import facts_of
from tthc.services.form_source import Source
from tthc.services.recording import state_of
from tthc.services.reference import load_reference
from tthc.storage.queries import dossiers as dossier_queries
from tthc.storage.queries import forms as queries
from tthc.storage.tables.dossiers import Dossier, DossierEvent
from tthc.storage.tables.forms import IssuedForm


@dataclass(frozen=True, slots=True)
class Signer:
    """Who issues a form, as it names them, and where citizens are told to ask (by unit code)."""

    actor: Actor
    name: str
    contacts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormDraft:
    """What a form will tell of one version of a dossier, as of an instant."""

    form: Form
    version: int
    facts: Facts
    at: datetime


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A draft as it was typeset, and what made it."""

    draft: FormDraft
    template: FormTemplate
    pdf: bytes
    press: str


@dataclass(frozen=True, slots=True)
class FormSheet:
    """The forms of a dossier: those that may be issued of it now, those that were, newest first."""

    version: int
    fitting: Sequence[Form]
    issued: Sequence[IssuedForm]


def show_forms(session: Session, code: str, actor: Actor) -> FormSheet:
    """Return the forms of a dossier, or raise NotFoundError."""
    dossier = dossier_queries.get_dossier(session, code, actor.scope)
    return forms_of(session, dossier, dossier_queries.list_events(session, dossier.id))


def forms_of(session: Session, dossier: Dossier, events: Sequence[DossierEvent]) -> FormSheet:
    """Return the forms of a dossier that was found already, with its events: one statement."""
    fitting = fitting_forms(state_of(dossier), {event.action for event in events})
    return FormSheet(dossier.version, fitting, queries.list_issued(session, dossier.id))


def lay_out_form(
    session: Session, code: str, form: Form, signer: Signer, *, now: datetime
) -> FormDraft:
    """Return what a form tells of the dossier as it stands.

    Raises:
        NotFoundError: no such dossier in the signer's scope.
        FormUnfitError: the form tells what did not happen, or is no more.
    """
    actor = signer.actor
    dossier = dossier_queries.get_dossier(session, code, actor.scope)
    events = dossier_queries.list_events(session, dossier.id)
    check_fit(form, state_of(dossier), {event.action for event in events})
    source = Source(
        dossier=dossier,
        parties=dossier_queries.list_parties(session, [dossier.id]),
        events=events,
        told=explain_dossier(session, code, actor, now=now),
        reference=load_reference(session),
        contacts=signer.contacts,
        signer=signer.name,
        now=now,
    )
    return FormDraft(form, dossier.version, facts_of(form, source), now)


def issue_form(
    session: Session, code: str, printed: PrintedForm, actor: Actor, *, version: int
) -> IssuedForm:
    """Record that a form was issued, on the version its caller saw.

    Raises:
        NotFoundError: no such dossier in the actor's scope.
        StaleError: the dossier is of another version, or changed while the form was typeset.
    """
    dossier = dossier_queries.get_dossier(session, code, actor.scope, for_change=True)
    draft, template = printed.draft, printed.template
    if not version == draft.version == dossier.version:
        raise StaleError(
            "Hồ sơ đã được người khác cập nhật; hãy tải lại.",
            "the dossier changed since it was read",
            version=str(dossier.version),
        )
    queries.keep_template(session, template, now=draft.at)
    issued = IssuedForm(
        dossier_id=dossier.id,
        number=queries.next_number(session, dossier.id),
        form=draft.form,
        version=draft.version,
        issued_by=actor.username,
        issued_at=draft.at,
        template_sha256=template.sha256,
        data_sha256=fingerprint(canonical(draft.facts).encode()),
        pdf_sha256=fingerprint(printed.pdf),
        press=printed.press,
        data=dict(draft.facts),
    )
    session.add(issued)
    session.flush()
    return issued


@dataclass(frozen=True, slots=True)
class Reprint:
    """All that a form which was issued is printed from again, as values.

    ``file_name`` has the dossier's code, the form and its number, and nobody's name.
    """

    template: FormTemplate
    facts: Facts
    pdf_sha256: str
    file_name: str


def find_issued(session: Session, code: str, number: int, actor: Actor) -> Reprint:
    """Return a form that was issued of a dossier.

    Raises:
        NotFoundError: no such dossier in the actor's scope, or no such form of it.
    """
    dossier = dossier_queries.get_dossier(session, code, actor.scope)
    issued = queries.get_issued(session, dossier.id, number)
    return Reprint(
        queries.get_template(session, issued.template_sha256),
        issued.data,
        issued.pdf_sha256,
        f"{dossier.code}-mau-{issued.form}-{issued.number}.pdf",
    )
