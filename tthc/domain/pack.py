"""An evidence pack as bytes: files under a manifest with their fingerprints, always the same ZIP.

The manifest's own fingerprint seals the pack: whoever knows it knows every byte below.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any
from zipfile import ZipFile, ZipInfo

from tthc.domain.errors import RuleError
from tthc.domain.evidence import fingerprint

FORMAT = "tthc-evidence/1"
MANIFEST = "manifest.json"
MOST_BYTES = 1 << 30
_BEGINNING = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_UNIX = 3


class PackUnreadableError(RuleError):
    """The file is no evidence pack."""

    code = "pack_unreadable"


def as_json(value: Any) -> bytes:
    """Return JSON for people and programs: indented, in Unicode, with a line end at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def seal(files: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a pack with the manifest that says what each must be."""
    sums = {name: fingerprint(files[name]) for name in sorted(files)}
    manifest = as_json({"format": FORMAT, **about, "files": sums})
    return {MANIFEST: manifest, **{name: files[name] for name in sums}}


def zip_files(files: Mapping[str, bytes]) -> bytes:
    """Return the files as a ZIP without times or owners: the same files give the same bytes."""
    content = io.BytesIO()
    with ZipFile(content, "w") as pack:
        for name, data in files.items():
            entry = ZipInfo(name, _BEGINNING)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            pack.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=6)
    return content.getvalue()


def unzip_files(content: bytes, *names: str) -> dict[str, bytes]:
    """Return the files of a pack, or the manifest and the named ones.

    Raises:
        PackUnreadableError: it is no ZIP, holds a name twice or more than 1 GiB, or has no
            manifest.
    """
    wanted = {MANIFEST, *names}
    try:
        with ZipFile(io.BytesIO(content)) as pack:
            entries = pack.infolist()
            is_small = sum(entry.file_size for entry in entries) <= MOST_BYTES
            is_sound = is_small and len({e.filename for e in entries}) == len(entries)
            taken = [e for e in entries if is_sound and (not names or e.filename in wanted)]
            files = {entry.filename: pack.read(entry) for entry in taken}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        files = {}
    if MANIFEST not in files:
        raise PackUnreadableError(
            "Tệp không phải gói minh chứng đọc được.", "the file is no readable evidence pack"
        )
    return files
