"""Typesetting: a template and the facts it tells become a PDF, the same bytes each time.

Nothing is read but the texts given and the fonts kept beside this file; nothing is fetched.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

import typst

from tthc.domain.evidence import fingerprint
from tthc.domain.forms import Facts, FormTemplate, FormTemplateInvalidError, canonical

FONTS = Path(__file__).parent / "fonts"
LONGEST_TOLD = 300
_MAIN = "main.typ"
_ENTRY = """\
#import "{main}": form
#let facts = json("facts.json")
#set document(title: facts.title, author: (), date: none)
#set text(font: "Liberation Serif", size: 11pt, lang: "vi", region: "VN")
#form(facts)
"""
_REFUSED = re.compile(r'datetime\s*\.\s*today|"\s*@[A-Za-z][\w-]*/')
"""What would make tomorrow's print another one, or fetch a package over the network."""
_PLACE = re.compile(r"┌─\s*\\?/?(?P<file>[\w.-]+\.typ):(?P<line>\d+):\d+")


@cache
def press_name() -> str:
    """Return what makes the bytes besides template and facts: the typesetter and the fonts."""
    fonts = "".join(fingerprint(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf")))
    return f"typst {version('typst')}, fonts {fingerprint(fonts.encode())[:12]}"


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts, found once for a process."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def print_form(template: FormTemplate, facts: Facts) -> bytes:
    """Return the PDF of a form. What the facts hold is text, whatever characters it has.

    Raises:
        FormTemplateInvalidError: the template cannot be typeset with these facts; ``file`` and
            ``line`` say where, as far as the typesetter knows.
    """
    _check_closed(template)
    files = {name: text.encode() for name, text in template.files.items()}
    files["facts.json"] = canonical(facts).encode()
    files[_MAIN] = _ENTRY.format(main=template.main).encode()
    try:
        return _compile(files)
    except typst.TypstError as error:
        raise _as_refusal(template.main, error) from None


def _check_closed(template: FormTemplate) -> None:
    for name, text in template.files.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if _REFUSED.search(line):
                raise _invalid(
                    name,
                    number,
                    "mẫu không được dùng ngày hiện tại hoặc gói từ mạng",
                    "a template may use neither today's date nor a package from the network",
                )


def _compile(files: dict[str, bytes]) -> bytes:
    made = typst.compile(files, format="pdf", font_paths=_fonts())  # type: ignore[call-overload]
    if not isinstance(made, bytes):
        raise TypeError(f"a PDF was expected, not {type(made).__name__}")
    return made


def _as_refusal(main: str, error: typst.TypstError) -> FormTemplateInvalidError:
    """Return what the typesetter complained of, at the first place that is in a template."""
    told = error.message[:LONGEST_TOLD]
    for place in _PLACE.finditer(error.diagnostic):
        if place["file"] != _MAIN:
            return _invalid(place["file"], int(place["line"]), told, told)
    return _invalid(main, 0, told, told)


def _invalid(name: str, line: int, vi: str, en: str) -> FormTemplateInvalidError:
    where = (f", dòng {line}", f", line {line}") if line else ("", "")
    return FormTemplateInvalidError(
        f"Tệp mẫu {name}{where[0]}: {vi}.",
        f"the template {name}{where[1]}: {en}",
        file=name,
        line=str(line),
    )
