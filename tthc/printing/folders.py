"""Where the templates of forms lie: the project's own folder, and one of the office before it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tthc.domain.forms import Form, FormTemplate, FormTemplateInvalidError

FORM_FOLDER = Path("config") / "templates" / "forms"
FRAME = "frame.typ"
"""What the forms have in common; each imports it."""
LONGEST_TEMPLATE = 100_000


@dataclass(frozen=True, slots=True)
class FormFolders:
    """Folders of templates. A file of the office's own stands for the project's of that name.

    They are read anew for each form, so a change holds from the next one on.
    """

    usual: Path
    own: Path | None = None

    def read(self, form: Form) -> FormTemplate:
        """Return the template of a form.

        Raises:
            FormTemplateInvalidError: a file is missing, too long or not UTF-8; ``file`` names it.
        """
        main = f"form{form}.typ"
        return FormTemplate(main, {name: self._text(name) for name in (main, FRAME)})

    def _text(self, name: str) -> str:
        own = self.own / name if self.own else None
        path = own if own and own.is_file() else self.usual / name
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise _invalid(name, "thiếu hoặc không phải UTF-8", "is missing or not UTF-8") from None
        if len(text) > LONGEST_TEMPLATE:
            raise _invalid(
                name, f"dài hơn {LONGEST_TEMPLATE} ký tự", f"is over {LONGEST_TEMPLATE} characters"
            )
        return text


def _invalid(name: str, vi: str, en: str) -> FormTemplateInvalidError:
    return FormTemplateInvalidError(f"Tệp mẫu {name} {vi}.", f"the template {name} {en}", file=name)
