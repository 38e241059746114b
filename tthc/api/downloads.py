"""How answers that are files are described."""

from __future__ import annotations

from tthc.api.blueprint import Blueprint, Decorator


def gives(bp: Blueprint, *media_types: str) -> Decorator:
    """Describe a view whose answer is a file of one of these types."""
    file = {"schema": {"type": "string", "format": "binary"}}
    content = dict.fromkeys(media_types, file)
    made: Decorator = bp.doc(responses={"200": {"description": "file", "content": content}})
    return made
