"""Printing over HTTP: what both doors do ahead of a form's own request, and the file they give."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256

import structlog
from flask import Response

from tthc.domain.errors import NotReadyError
from tthc.domain.evidence import fingerprint
from tthc.domain.forms import Form
from tthc.printing.folders import FormFolders
from tthc.printing.press import press_name, print_form
from tthc.services.forms import PrintedForm, Signer, find_issued, lay_out_form
from tthc.serving.ahead import Work
from tthc.serving.context import Call, doors

PDF = "application/pdf"

log = structlog.get_logger("tthc.printing")


class NoTemplatesError(NotReadyError):
    """The process was started without the templates of forms."""

    code = "forms_not_set_up"


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A form as a file."""

    content: bytes
    name: str


def draw_up(call: Call, code: str, form: Form) -> Work:
    """Look up what a form tells of a dossier; the work is to typeset it into a PrintedForm."""
    folders = _folders()
    signer = Signer(call.actor, call.account.display_name, doors().contacts)
    draft = lay_out_form(call.session, code, form, signer, now=call.now)

    def typeset() -> PrintedForm:
        template = folders.read(form)
        return PrintedForm(draft, template, print_form(template, draft.facts), press_name())

    return typeset


def draw_again(call: Call, code: str, number: int) -> Work:
    """Look up what was issued; the work is to typeset it again into a PdfFile.

    Template and facts are those of then. Where the typesetter or its fonts have changed since,
    the bytes may be others, which is logged.
    """
    kept = find_issued(call.session, code, number, call.actor)

    def typeset() -> PdfFile:
        made = print_form(kept.template, kept.facts)
        if fingerprint(made) != kept.pdf_sha256:
            log.warning("reprint_differs", press=press_name(), pdf_sha256=kept.pdf_sha256)
        return PdfFile(made, kept.file_name)

    return typeset


def as_download(file: PdfFile) -> Response:
    """Answer with a file to be kept; ``Repr-Digest`` (RFC 9530) is its fingerprint."""
    digest = base64.b64encode(sha256(file.content).digest()).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return Response(file.content, content_type=PDF, headers=headers)


def _folders() -> FormFolders:
    folders = doors().folders
    if folders is None:
        raise NoTemplatesError("Máy chủ chưa có mẫu giấy tờ.", "there are no templates of forms")
    return folders
