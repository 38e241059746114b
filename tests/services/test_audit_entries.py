"""Who came in, who may what, and what left is written down with what it is about."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import make
from tthc.domain.accounts import Role
from tthc.domain.audit_entries import AuditAction
from tthc.services.accounts import disable_user, enable_user, revoke_role, set_password
from tthc.services.sign_in import CredentialsWrongError, begin_sign_in, complete_sign_in
from tthc.storage.tables.audit import AuditEntry

ADDRESS = "10.1.2.3"


def entries(session):
    found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(e.action.value, e.actor, e.subject, e.unit_code, e.facts) for e in found]


def try_to_sign_in(session, username, *, is_right):
    attempt = begin_sign_in(session, username, ADDRESS, secret_key="k", now=make.NOW)
    return complete_sign_in(session, attempt, is_right=is_right, now=make.NOW)


def test_an_attempt_is_written_down_before_its_password_is_checked(session):
    make.a_user(session, "lan")
    before = len(entries(session))
    for username in ("lan", "my-password-by-mistake"):
        with pytest.raises(CredentialsWrongError):
            try_to_sign_in(session, username, is_right=False)
    try_to_sign_in(session, "lan", is_right=True)
    assert [entry[:3] for entry in entries(session)[before:]] == [
        (AuditAction.SIGN_IN_TRIED, "lan", ADDRESS),
        (AuditAction.SIGN_IN_TRIED, "", ADDRESS),
        (AuditAction.SIGN_IN_TRIED, "lan", ADDRESS),
        (AuditAction.SIGNED_IN, "lan", ADDRESS),
    ]


def test_what_is_done_to_an_account_is_written_down_in_the_chain_of_its_unit(session):
    make.a_desk(session)
    make.a_user(session, "lan", (Role.OFFICER, make.TAN_LAC))
    revoke_role(session, "lan", Role.OFFICER, make.TAN_LAC, now=make.NOW)
    disable_user(session, "lan", now=make.NOW)
    enable_user(session, "lan", now=make.NOW)
    set_password(session, "lan", "quite another one", cost=make.CHEAP, now=make.NOW)
    by, role = "command-line", {"role": "officer"}
    assert entries(session) == [
        ("user_added", by, "lan", None, {}),
        ("role_granted", by, "lan", make.TAN_LAC, role),
        ("role_revoked", by, "lan", make.TAN_LAC, role),
        ("user_disabled", by, "lan", None, {}),
        ("user_enabled", by, "lan", None, {}),
        ("password_set", by, "lan", None, {}),
    ]
