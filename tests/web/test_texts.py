"""The two catalogues say the same, and everything that pages ask for."""

import re
from enum import Enum
from pathlib import Path
from string import Formatter

import pytest

from tthc.domain.accounts import Permission
from tthc.domain.dossier import Channel, PaymentKind, ReturnForm, StopReason, SubmittedBy
from tthc.domain.ladder import AlertKind
from tthc.domain.lifecycle import Status
from tthc.domain.parties import IdentityKind, PartyRole, SubjectKind
from tthc.domain.reference import ServiceLevel
from tthc.domain.reminding import Reminder
from tthc.web.actions import fields_of
from tthc.web.texts import TEXTS

WEB = Path(__file__).parents[2] / "tthc" / "web"
SOURCES = [*WEB.rglob("*.html"), *WEB.glob("*.py")]
CALLED = re.compile(r"""\bt(?:exts)?\(\s*f?['"]([a-z_]+\.[a-z_0-9]+)['"]""")
PREFIXED = re.compile(r"""['"]([a-z_]+)\.(?:['"] ~|\{)""")
NAMED: dict[str, type[Enum]] = {
    "channel": Channel,
    "submitted_by": SubmittedBy,
    "return_form": ReturnForm,
    "subject": SubjectKind,
    "identity": IdentityKind,
    "stop_reason": StopReason,
    "payment_kind": PaymentKind,
    "status": Status,
    "alert_kind": AlertKind,
    "service_level": ServiceLevel,
}


def facts(text):
    return {name for _, name, *_ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things_of_the_same_facts():
    vi, en = TEXTS["vi"].known, TEXTS["en"].known
    assert set(vi) == set(en)
    assert {key: facts(text) for key, text in vi.items()} == {
        key: facts(text) for key, text in en.items()
    }
    assert all(text.strip() == text and text for text in [*vi.values(), *en.values()])


def test_every_text_asked_for_is_there_and_none_is_left_over():
    texts = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    asked = set(CALLED.findall(texts))
    assert asked
    known = set(TEXTS["vi"].known)
    assert asked <= known
    built = set(PREFIXED.findall(texts)) | set(NAMED) | {"error", "field"}
    assert {key for key in known - asked if key.partition(".")[0] not in built} == set()


@pytest.mark.parametrize("table", NAMED)
def test_every_member_of_a_list_has_a_name(table):
    for texts in TEXTS.values():
        assert all(texts(f"{table}.{member.name.lower()}") for member in NAMED[table])


def test_every_field_of_every_form_has_a_label(app):
    from tthc.serving.schemas.actions import BODIES  # noqa: PLC0415
    from tthc.web.lodging import SHOWN  # noqa: PLC0415

    with app.test_request_context("/"):
        asked = {field.name for action in BODIES for field in fields_of(action)}
    for texts in TEXTS.values():
        for name in asked | SHOWN:
            assert texts(f"field.{name.replace('.', '_')}")
        assert all(texts(f"party.{role.value}") for role in PartyRole)
        assert all(texts(f"reminder.{reminder.value}") for reminder in Reminder)


def test_templates_ask_for_permissions_that_exist():
    asked = set()
    for path in WEB.rglob("*.html"):
        asked |= set(re.findall(r"frame\.may\('(\w+)'\)", path.read_text(encoding="utf-8")))
    assert asked
    assert asked <= set(Permission)
