"""Where packages come from on this machine, and pip itself for a Python that lacks it."""

from __future__ import annotations

import configparser
import hashlib
import html.parser
import json
import os
import shlex
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tthc.launch.errors import LaunchError

_ORDINARY_INDEX = "https://pypi.org/simple"
_PIP_WHEEL = "pip-26.3-py3-none-any.whl"
_PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
_ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"
_SECONDS = 60
_SCHEMES = ("http", "https", "file")


@dataclass(frozen=True, slots=True)
class PipSource:
    """The indexes and folders that pip is configured to look in, first one first."""

    indexes: tuple[str, ...]
    find_links: tuple[str, ...]
    certificate: str | None

    @classmethod
    def configured(cls, environ: Mapping[str, str]) -> PipSource:
        """Read pip's own settings: its environment variables, then its files."""
        files = _file_settings(environ)

        def value(name: str) -> str | None:
            return environ.get(f"PIP_{name.upper().replace('-', '_')}") or files.get(name)

        index = value("index-url") or _ORDINARY_INDEX
        extra = (value("extra-index-url") or "").split()
        links = (value("find-links") or "").split()
        return cls((index, *extra), tuple(links), value("cert"))

    def uv_arguments(self) -> list[str]:
        """Say the same to uv, which does not read pip's settings.

        Every file is checked against its hash, so the best match of any index is safe.
        """
        arguments = ["--default-index", self.indexes[0], "--index-strategy", "unsafe-best-match"]
        for index in self.indexes[1:]:
            arguments += ["--index", index]
        for folder in self.find_links:
            arguments += ["--find-links", folder]
        return arguments


def _file_settings(environ: Mapping[str, str]) -> dict[str, str]:
    home = Path(environ.get("HOME") or "~").expanduser()
    folders = environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    own = environ.get("XDG_CONFIG_HOME") or str(home / ".config")
    candidates = [
        *(Path(folder, "pip", "pip.conf") for folder in reversed(folders.split(":"))),
        Path("/etc/pip.conf"),
        home / ".pip" / "pip.conf",
        Path(own, "pip", "pip.conf"),
        Path(sys.prefix, "pip.conf"),
    ]
    if environ.get("PIP_CONFIG_FILE"):
        candidates.append(Path(environ["PIP_CONFIG_FILE"]))
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(candidates, encoding="utf-8")
    except configparser.Error as error:
        raise LaunchError(f"pip's settings cannot be read: {error}") from error
    settings: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            settings.update(parser.items(section))
    return settings


def fetch_pip(source: PipSource, folder: Path) -> Path:
    """Put the pinned pip wheel into the folder and return its path.

    Raises LaunchError when no configured place has it or the file is not the pinned one.
    """
    refused: list[str] = []
    for url in _wheel_urls(source, refused):
        try:
            content = _read(url, source)
        except (OSError, urllib.error.URLError) as error:
            refused.append(f"{url}: {error}")
            continue
        if hashlib.sha256(content).hexdigest() == _PIP_SHA256:
            wheel = folder / _PIP_WHEEL
            wheel.write_bytes(content)
            return wheel
        refused.append(f"{url}: not the pinned file")
    reasons = "\n  ".join(refused) or "no index lists it"
    raise LaunchError(
        f"This Python has no pip and {_PIP_WHEEL} could not be fetched:\n  {reasons}\n"
        "Install your system's python3-venv package, or set PIP_INDEX_URL to a reachable index."
    )


def _wheel_urls(source: PipSource, refused: list[str]) -> Iterator[str]:
    for place in source.find_links:
        path = Path(urllib.parse.urlsplit(place).path) / _PIP_WHEEL
        if path.is_file():
            yield path.as_uri()
    for index in source.indexes:
        page = f"{index.rstrip('/')}/pip/"
        try:
            yield from _listed(page, source)
        except (OSError, urllib.error.URLError, ValueError) as error:
            refused.append(f"{page}: {error}")


def _listed(page: str, source: PipSource) -> Iterator[str]:
    """Addresses of the wheel on an index page; mirrors write them relative to the page."""
    if page.startswith("file:"):
        page += "index.html"
    text = _read(page, source).decode("utf-8")
    if text.lstrip().startswith("{"):
        links = [entry["url"] for entry in json.loads(text)["files"]]
    else:
        anchors = _Anchors()
        anchors.feed(text)
        links = anchors.links
    for link in links:
        url = urllib.parse.urldefrag(urllib.parse.urljoin(page, link)).url
        if urllib.parse.unquote(url).endswith(f"/{_PIP_WHEEL}"):
            yield url


class _Anchors(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _read(url: str, source: PipSource) -> bytes:
    if urllib.parse.urlsplit(url).scheme not in _SCHEMES:
        raise ValueError("not an address that can be read")
    request = urllib.request.Request(url, headers={"Accept": _ACCEPT})  # noqa: S310 - checked above
    context = ssl.create_default_context(cafile=source.certificate)
    handler = urllib.request.HTTPSHandler(context=context)
    opener = urllib.request.build_opener(handler)
    with opener.open(request, timeout=_SECONDS) as answer:
        content: bytes = answer.read()
    return content


def printable(command: list[str]) -> str:
    """Write a command as one would type it, for a message."""
    return shlex.join(os.fspath(part) for part in command)
