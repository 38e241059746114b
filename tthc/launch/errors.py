"""What can go wrong before there is an application to answer."""

from __future__ import annotations

import json


class LaunchError(Exception):
    """Something needed to start is missing or refuses; the message says what to do."""


def error_document(code: str, vi: str, en: str, **details: str) -> str:
    """Return what went wrong as the JSON document that ``--json`` promises."""
    told = {"code": code, "detail": vi, "detail_en": en} | details
    return json.dumps({"error": told}, ensure_ascii=False)
