"""Answers that are files, with the fingerprint of their bytes."""

from __future__ import annotations

import base64
from hashlib import sha256

from flask import Response

CSV, ZIP = "text/csv; charset=utf-8", "application/zip"


def download(content: bytes, media_type: str, *, name: str | None = None) -> Response:
    """Answer with a file, to be saved under ``name`` (ASCII) if it has one.

    ``Repr-Digest`` (RFC 9530) is the fingerprint of its bytes.
    """
    digest = base64.b64encode(sha256(content).digest()).decode()
    headers = {"Repr-Digest": f"sha-256=:{digest}:"}
    if name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, content_type=media_type, headers=headers)
