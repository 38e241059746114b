"""Reads and writes of issued forms and the templates they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, undefer

from tthc.domain.errors import NotFoundError
from tthc.domain.forms import FormTemplate
from tthc.storage.tables.forms import FormTemplateRow, IssuedForm


def keep_template(session: Session, template: FormTemplate, *, now: datetime) -> None:
    """Keep a template by its fingerprint, unless it is kept already."""
    row = {"sha256": template.sha256, "main": template.main, "files": dict(template.files)}
    query = insert(FormTemplateRow).values(first_used_at=now, **row).on_conflict_do_nothing()
    session.execute(query)


def get_template(session: Session, sha256: str) -> FormTemplate:
    """Return a kept template; there is one for each issued form."""
    row = session.get_one(FormTemplateRow, sha256)
    return FormTemplate(row.main, row.files)


def next_number(session: Session, dossier_id: int) -> int:
    """Return the number of the next form of a dossier; its row must be locked."""
    last = select(func.max(IssuedForm.number)).where(IssuedForm.dossier_id == dossier_id)
    return (session.scalar(last) or 0) + 1


def list_issued(session: Session, dossier_id: int) -> Sequence[IssuedForm]:
    """Return the forms issued of a dossier, newest first, without what they told."""
    query = select(IssuedForm).where(IssuedForm.dossier_id == dossier_id)
    return session.scalars(query.order_by(IssuedForm.number.desc())).all()


def get_issued(session: Session, dossier_id: int, number: int) -> IssuedForm:
    """Return one issued form with what it told.

    Raises:
        NotFoundError: the dossier has none of that number.
    """
    query = select(IssuedForm).where(
        IssuedForm.dossier_id == dossier_id, IssuedForm.number == number
    )
    found = session.scalar(query.options(undefer(IssuedForm.data)))
    if found is None:
        raise NotFoundError("Không có giấy này.", "there is no such form")
    return found
