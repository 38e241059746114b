"""Reading a PDF back, and the templates of the project."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

from pypdf import PdfReader

from tests.make import ROOT
from tthc.domain.forms import Form
from tthc.printing.folders import FORM_FOLDER, FormFolders
from tthc.printing.press import print_form
from tthc.printing.samples import SAMPLES

FOLDERS = FormFolders(ROOT / FORM_FOLDER)


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, spaces and line ends as one space."""
    shown = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return [unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)) for text in shown]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def printed(form: Form, **changes: Any) -> bytes:
    """Return a form of the project with invented facts, some of them changed."""
    return print_form(FOLDERS.read(form), {**SAMPLES[form], **changes})
