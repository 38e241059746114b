"""The letters as they are shipped, and what an office can get wrong in them."""

from __future__ import annotations

import shutil
from datetime import time, timedelta

import pytest

from tests import make
from tests.jobs.alerting import a_post
from tests.jobs.noticing import letter_rules
from tthc.domain.letters import Letter, LetterInvalidError
from tthc.jobs.delivering import deliver_notices
from tthc.jobs.letters import LETTER_FOLDER, SENDING, read_letter_rules

SHIPPED = make.ROOT / LETTER_FOLDER


@pytest.fixture
def folder(tmp_path):
    """A copy that an office may change."""
    return shutil.copytree(SHIPPED, tmp_path / "notices")


def refusal(folder):
    with pytest.raises(LetterInvalidError) as caught:
        read_letter_rules(folder)
    return caught.value


def test_every_letter_is_shipped_and_no_file_is_left_over():
    assert set(letter_rules().templates) == set(Letter)
    files = {path.name for path in SHIPPED.iterdir()}
    assert files == {f"{letter}.txt" for letter in Letter} | {SENDING}


def test_the_shipped_hours_are_those_of_the_decision():
    rules = letter_rules()
    assert (rules.quiet.since, rules.quiet.until) == (time(21), time(7))
    assert rules.delay == timedelta(minutes=5)
    assert rules.contacts == {}


@pytest.mark.parametrize("letter", list(Letter))
def test_every_letter_says_where_to_ask_and_how_to_hear_no_more(letter):
    body = letter_rules().templates[letter].body
    assert "Liên hệ: $desk_contact\nGiờ tiếp công dân: $desk_hours (trừ ngày nghỉ)\n" in body
    assert body.endswith("Nếu không muốn nhận thư, Ông/Bà báo với nơi tiếp nhận hồ sơ.")


def test_a_missing_letter_is_refused_by_name(folder):
    (folder / "apology.txt").unlink()
    assert refusal(folder).details == {"field": "apology"}


def test_a_letter_that_is_no_text_is_refused(folder):
    (folder / "apology.txt").write_bytes("Xin lỗi".encode("utf-16"))
    assert refusal(folder).details == {"field": "apology"}


def test_an_office_changes_its_words_without_code(folder, sessions, clock, inbox, told_dossier):
    text = "Tiêu đề: Hồ sơ $dossier_code\n\nXin chào. Hồ sơ $dossier_code hẹn $due."
    (folder / "received.txt").write_text(f"\ufeff{text}\r\n".replace("\n", "\r\n"), "utf-8")
    deliver_notices(a_post(sessions, inbox, clock), read_letter_rules(folder))
    [message] = inbox.messages
    assert message.letter.body == f"Xin chào. Hồ sơ {told_dossier.code} hẹn 17:00 05/03/2026.\n"


@pytest.mark.parametrize(("unit", "shown"), [("05128", True), ("25", True), ("05158", False)])
def test_a_desk_is_asked_at_its_own_contact_or_its_provinces(
    folder, sessions, clock, inbox, told_dossier, unit, shown
):
    path = folder / SENDING
    path.write_text(f'{path.read_text("utf-8")}\n"{unit}" = "Khu 1; 0210 000 000"\n', "utf-8")
    deliver_notices(a_post(sessions, inbox, clock), read_letter_rules(folder))
    [message] = inbox.messages
    assert ("Liên hệ: Khu 1; 0210 000 000\n" in message.letter.body) is shown
    assert ("Liên hệ" in message.letter.body) is shown


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('quiet_since = "21:00"', 'quiet_since = "25:00"'),
        ('quiet_since = "21:00"', "quiet_since = 21"),
        ('quiet_until = "07:00"', ""),
        ("wait_minutes = 5", "wait_minutes = -1"),
        ("wait_minutes = 5", "wait_minutes = 100000"),
        ("wait_minutes = 5", "wait_minutes ="),
        ("[contacts]", ""),
        ("[contacts]", '[contacts]\n"xã" = "a"'),
        ("[contacts]", '[contacts]\n"05128" = "a\\nb"'),
        ("[contacts]", "contacts = 5"),
    ],
)
def test_hours_and_contacts_that_make_no_sense_are_refused(folder, old, new):
    path = folder / SENDING
    changed = path.read_text("utf-8").replace(old, new)
    assert changed != path.read_text("utf-8")
    path.write_text(changed, "utf-8")
    assert refusal(folder).details == {"field": SENDING}
