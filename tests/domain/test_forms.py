"""Which printed forms fit a dossier, and what tells one print from another."""

from __future__ import annotations

import json

import pytest

from tests.domain.lives import MONDAY
from tthc.domain.dossier import DossierState
from tthc.domain.forms import (
    FORM_NAMES,
    Form,
    FormTemplate,
    FormUnfitError,
    canonical,
    check_fit,
    fitting_forms,
)
from tthc.domain.lifecycle import OPEN, WITH_RESULT, Action, Status


def a_state(status=Status.RECEIVED, **changes):
    return DossierState(status=status, **({"received_at": MONDAY} | changes))


def test_every_form_has_the_name_of_the_circular():
    assert list(FORM_NAMES) == list(Form)
    assert [form.value for form in Form] == [f"0{n}" for n in range(1, 8)]


@pytest.mark.parametrize("status", list(Status))
def test_a_receipt_fits_while_a_result_is_to_come_or_to_be_collected(status):
    fits = Form.RECEIPT in fitting_forms(a_state(status), {Action.RECEIVE})
    assert fits == (status in OPEN | {Status.FINISHED})


def test_no_receipt_fits_what_was_not_received_yet():
    asked_before = a_state(Status.SUPPLEMENT_REQUESTED, received_at=None)
    happened = {Action.REGISTER, Action.REQUEST_SUPPLEMENT}
    assert Form.RECEIPT not in fitting_forms(asked_before, happened)


@pytest.mark.parametrize(
    ("form", "action", "statuses"),
    [
        (Form.SUPPLEMENT, Action.REQUEST_SUPPLEMENT, {Status.SUPPLEMENT_REQUESTED}),
        (Form.REFUSAL, Action.REFUSE, {Status.REFUSED}),
        (Form.APOLOGY, Action.EXTEND, OPEN | WITH_RESULT),
        (Form.APOLOGY, Action.APOLOGISE, OPEN | WITH_RESULT),
        (Form.STOP, Action.STOP, {Status.STOPPED}),
    ],
)
def test_a_form_of_an_event_fits_while_it_is_true_and_only_where_it_happened(
    form, action, statuses
):
    assert {s for s in Status if form in fitting_forms(a_state(s), {action})} == statuses
    assert not [s for s in Status if form in fitting_forms(a_state(s), {Action.TAKE_OVER})]


def test_a_form_that_does_not_fit_is_refused_by_its_number_and_the_status():
    with pytest.raises(FormUnfitError) as caught:
        check_fit(Form.RECEIPT, a_state(Status.STOPPED), {Action.RECEIVE, Action.STOP})
    assert caught.value.details == {"form": "01", "status": "8"}
    assert "Mẫu số 01" in caught.value.vi


def test_the_register_is_of_no_single_dossier():
    for status in Status:
        assert Form.REGISTER not in fitting_forms(a_state(status), set(Action))


def test_the_same_facts_have_one_text_whatever_their_order():
    one, other = {"b": ["ệ", None], "a": {"y": "1", "x": ""}}, {"a": {"x": "", "y": "1"}}
    other["b"] = ["ệ", None]
    assert canonical(one) == canonical(other)
    assert canonical(json.loads(canonical(one))) == canonical(one)


def test_a_template_is_told_by_each_of_its_texts_and_where_it_begins():
    template = FormTemplate("form01.typ", {"form01.typ": "a", "frame.typ": "b"})
    others = [
        FormTemplate("form01.typ", {"form01.typ": "a", "frame.typ": "c"}),
        FormTemplate("form01.typ", {"form01.typ": "ab", "frame.typ": ""}),
        FormTemplate("frame.typ", {"form01.typ": "a", "frame.typ": "b"}),
    ]
    assert len({template.sha256, *(other.sha256 for other in others)}) == 4
    again = FormTemplate("form01.typ", {"frame.typ": "b", "form01.typ": "a"})
    assert again.sha256 == template.sha256
