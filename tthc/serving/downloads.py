"""Answers that are files, with the fingerprint of their bytes."""

from __future__ import annotations

import base64
from hashlib import sha256

from flask import Response

from tthc.api.blueprint import Blueprint, Decorator

CSV, ZIP = "text/csv; charset=utf-8", "application/zip"


def gives(bp: Blueprint, media_type: str) -> Decorator:
    """Describe a view whose answer is a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    made: Decorator = bp.doc(responses={"200": {"description": "file", "content": content}})
    return made


def download(content: bytes, media_type: str) -> Response:
    """Answer with a file; ``Repr-Digest`` (RFC 9530) is the fingerprint of its bytes."""
    digest = base64.b64encode(sha256(content).digest()).decode()
    headers = {"Repr-Digest": f"sha-256=:{digest}:"}
    return Response(content, content_type=media_type, headers=headers)
