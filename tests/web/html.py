"""Pages as a reader meets them: parsed by the standard library, no browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "input", "br", "img", "hr", "wbr"}
TYPED = {"input", "select", "textarea"}


@dataclass
class Element:
    """An element with its attributes; ``text`` is everything written inside it."""

    name: str
    attributes: dict[str, str]
    parents: tuple[Element, ...]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)


class Document(HTMLParser):
    """A page as a flat list of elements; what is closed in the wrong order is a failure."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert not self._open, [element.name for element in self._open]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        made = Element(tag, {n: v or "" for n, v in attrs}, tuple(self._open))
        self.elements.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag, (tag, [e.name for e in self._open])
        self._open.pop()

    def handle_data(self, data):
        for element in self._open:
            element.pieces.append(data)

    def all(self, *names: str, **attributes: str) -> Iterator[Element]:
        for element in self.elements:
            if element.name in names and attributes.items() <= element.attributes.items():
                yield element

    def one(self, *names: str, **attributes: str) -> Element:
        found = list(self.all(*names, **attributes))
        assert len(found) == 1, (names, attributes, len(found))
        return found[0]

    def value(self, name: str) -> str:
        """Return what the one field of that name holds."""
        found = self.one(*TYPED, name=name)
        return found.text if found.name == "textarea" else found.attributes.get("value", "")


def check_readable(page: Document) -> None:
    """Demand what every reader, and every screen reader, needs of a page."""
    assert page.one("html").get("lang") in {"vi", "en"}
    assert page.one("title").text
    ids = [element.get("id") for element in page.elements if element.get("id")]
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})
    levels = [int(e.name[1]) for e in page.elements if e.name in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1, levels
    assert levels.count(1) == 1, levels
    assert all(after - before <= 1 for before, after in pairwise(levels))
    _check_fields(page, set(ids))
    for element in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            wanted = set((element.get(name) or "").split())
            assert name == "aria-describedby" or wanted <= set(ids), (element.name, wanted)
        assert not any(name.startswith("on") or name == "style" for name in element.attributes)
        assert element.name != "style"
        assert element.name != "script" or (element.get("src") and not element.text)
    for form in page.all("form", method="post"):
        inside = [e for e in page.elements if form in e.parents]
        assert any(e.get("name") == "_token" for e in inside), form.attributes


def _check_fields(page: Document, ids: set[str]) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    assert labelled <= ids
    for typed in page.all(*TYPED):
        if typed.get("type") != "hidden":
            assert typed.get("id") in labelled, typed.attributes
    for button in page.all("button"):
        assert button.text or button.get("aria-label")
