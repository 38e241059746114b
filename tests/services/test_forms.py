"""What each form tells of a dossier, from its row and its events."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event as events

from tests import make
from tests.make import NOW, TAN_LAC
from tests.printing.papers import FOLDERS, text_of
from tthc.domain.dossier import Channel, Details, ReturnForm
from tthc.domain.errors import StaleError
from tthc.domain.forms import Form, FormUnfitError
from tthc.domain.lifecycle import Action
from tthc.domain.receipt import Fee, Paper
from tthc.printing.press import print_form
from tthc.printing.samples import SAMPLES
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.forms import PrintedForm, Signer, issue_form, lay_out_form, show_forms

LATE = NOW + timedelta(days=7)
"""Monday 9 March 2026, when a guardianship of NOW is two working days late."""
REASON = "Thiếu giấy tờ\nvà chữ ký"


@pytest.fixture(autouse=True)
def desk(session):
    make.a_desk(session)


def act(session, code, action, now=NOW, **details):
    order = (action, Command(Details(**details)))
    act_on_dossier(session, code, order, make.everybody(), now=now)


def told(session, code, form, now=NOW):
    signer = Signer(make.everybody(), "Nguyễn Thị Lan", {TAN_LAC: "Phố Mới; 0218"})
    return lay_out_form(session, code, form, signer, now=now).facts


def keys(value):
    return {name: keys(below) for name, below in value.items()} if isinstance(value, dict) else None


def shape(facts):
    """Return the names of all facts, at any depth, but of what may be unknown."""
    return {name: keys(value) for name, value in facts.items() if name not in {"owner", "lookup"}}


def test_a_receipt_tells_papers_fees_the_limit_and_how_the_result_is_returned(session):
    code = make.a_dossier(
        session,
        papers=(Paper("Tờ khai", originals=1), Paper("Ảnh", photocopies=2)),
        fees=(Fee("Lệ phí", 1_250_000),),
        return_form=ReturnForm.POSTAL,
        owner=make.a_person("Lê Văn Tám"),
        summary="Giám hộ cháu",
    ).code
    facts = told(session, code, Form.RECEIPT)
    assert [paper["originals"] for paper in facts["papers"]] == ["1", ""]
    assert facts["papers"][1]["photocopies"] == "2"
    assert facts["fee"] == "1.250.000 đồng (chưa nộp)"
    assert (facts["limit"], facts["return_form"]) == ("3 ngày làm việc", "Qua bưu chính công ích")
    assert facts["owner"]["name"] == "Lê Văn Tám"
    assert facts["dossier"]["summary"] == "Giám hộ cháu"
    assert facts["desk"]["contact"] == "Phố Mới; 0218"
    assert facts["place"] == "Tân Lạc"
    assert facts["reasons"][0] == "Tiếp nhận lúc 10:00 02/03/2026."


def test_a_dossier_without_a_fee_says_so(session):
    assert told(session, make.a_dossier(session).code, Form.RECEIPT)["fee"] == "Không thu"


def test_a_supplement_names_all_papers_at_once_and_until_when(session):
    code = make.a_dossier(session).code
    papers, limit_on = ("Tờ khai", "Ảnh"), date(2026, 3, 10)
    act(session, code, Action.REQUEST_SUPPLEMENT, reason=REASON, papers=papers, limit_on=limit_on)
    facts = told(session, code, Form.SUPPLEMENT)
    assert (facts["wanted"], facts["limit_on"]) == (["Tờ khai", "Ảnh"], "10/03/2026")
    assert (facts["reason"], facts["happened_at"]) == (REASON, "10:00 02/03/2026")


def test_the_second_supplement_is_told_by_its_own_event(session):
    code = make.a_dossier(session).code
    act(session, code, Action.REQUEST_SUPPLEMENT, reason="Lần một", papers=("Tờ khai",))
    act(session, code, Action.TAKE_SUPPLEMENT)
    act(session, code, Action.REQUEST_SUPPLEMENT, reason="Lần hai", papers=("Ảnh",))
    facts = told(session, code, Form.SUPPLEMENT)
    assert (facts["reason"], facts["wanted"], facts["limit_on"]) == ("Lần hai", ["Ảnh"], "")


def test_a_refusal_tells_why(session):
    code = make.a_dossier(session, channel=Channel.ONLINE).code
    act(session, code, Action.REFUSE, reason=REASON)
    facts = told(session, code, Form.REFUSAL)
    assert (facts["reason"], facts["dossier"]["due_at"]) == (REASON, "")


def test_an_extension_tells_the_old_and_the_new_date_and_who_caused_it(session):
    code = make.a_dossier(session).code
    details = {"reason": REASON, "new_due_on": date(2026, 3, 12), "responsible_unit": TAN_LAC}
    act(session, code, Action.EXTEND, **details)
    facts = told(session, code, Form.APOLOGY)
    assert facts["previous_due"] == "17:00 05/03/2026"
    assert facts["new_due"] == "17:00 12/03/2026"
    assert facts["responsible"] == "Xã Tân Lạc"


@pytest.mark.parametrize(("promised", "shown"), [(date(2026, 3, 13), "13/03/2026"), (None, "")])
def test_an_apology_for_a_late_dossier_tells_the_date_missed_and_what_is_promised(
    session, promised, shown
):
    code = make.a_dossier(session).code
    details = {"reason": REASON, "responsible_unit": TAN_LAC, "promised_on": promised}
    act(session, code, Action.APOLOGISE, LATE, **details)
    facts = told(session, code, Form.APOLOGY, LATE)
    assert (facts["previous_due"], facts["new_due"]) == ("17:00 05/03/2026", shown)


def test_a_stop_tells_when_and_why(session):
    code = make.a_dossier(session).code
    act(session, code, Action.HAND_OVER)
    act(session, code, Action.STOP, reason=REASON)
    facts = told(session, code, Form.STOP)
    assert (facts["happened_at"], facts["reason"]) == ("10:00 02/03/2026", REASON)
    with pytest.raises(FormUnfitError):
        told(session, code, Form.RECEIPT)


@pytest.fixture
def told_of_each(session):
    """Return what every form of a dossier tells, each of a dossier that it fits."""
    steps = {
        Form.RECEIPT: (),
        Form.SUPPLEMENT: ((Action.REQUEST_SUPPLEMENT, {"papers": ("Ảnh",)}),),
        Form.APOLOGY: (
            (Action.EXTEND, {"new_due_on": date(2026, 3, 12), "responsible_unit": TAN_LAC}),
        ),
        Form.STOP: ((Action.HAND_OVER, {}), (Action.STOP, {})),
    }
    made = {}
    for form, actions in steps.items():
        paper, fee = Paper("Tờ khai"), Fee("Lệ phí", 8000)
        code = make.a_dossier(session, papers=(paper,), fees=(fee,)).code
        for action, details in actions:
            act(session, code, action, reason=REASON, **details)
        made[form] = told(session, code, form)
    code = make.a_dossier(session, channel=Channel.ONLINE).code
    act(session, code, Action.REFUSE, reason=REASON)
    return made | {Form.REFUSAL: told(session, code, Form.REFUSAL)}


def test_samples_tell_what_forms_tell_and_every_template_shows_it(told_of_each):
    assert set(told_of_each) == set(SAMPLES)
    for form, facts in told_of_each.items():
        assert shape(facts) == shape(SAMPLES[form]), form
        text = text_of(print_form(FOLDERS.read(form), facts))
        for fact in (facts["dossier"]["code"], "Bùi Thị Hoà", facts["form"]["name"].upper()):
            assert fact in text, form


def test_a_form_is_not_recorded_on_a_version_that_nobody_saw(session):
    code = make.a_dossier(session).code
    signer = Signer(make.everybody(), "Lan", {})
    draft = lay_out_form(session, code, Form.RECEIPT, signer, now=NOW)
    printed = PrintedForm(draft, FOLDERS.read(Form.RECEIPT), b"%PDF", "press")
    act(session, code, Action.HAND_OVER)
    for version in (1, 2):
        with pytest.raises(StaleError):
            issue_form(session, code, printed, make.everybody(), version=version)
    assert show_forms(session, code, make.everybody()).issued == []


def test_laying_out_and_issuing_ask_little(session, engine):
    code = make.a_dossier(session).code
    signer, asked = Signer(make.everybody(), "Lan", {}), []
    session.flush()

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    events.listen(engine, "before_cursor_execute", note)
    try:
        draft = lay_out_form(session, code, Form.RECEIPT, signer, now=NOW)
        read = len(asked)
        printed = PrintedForm(draft, FOLDERS.read(Form.RECEIPT), b"%PDF", "press")
        issue_form(session, code, printed, make.everybody(), version=1)
    finally:
        events.remove(engine, "before_cursor_execute", note)
    assert (read, len(asked) - read) == (7, 4), asked
