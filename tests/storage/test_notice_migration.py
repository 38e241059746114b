"""Citizens' wish to be told comes and goes with its migration; the dossiers stay."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import make
from tests.jobs.noticing import CITIZEN, a_told_dossier, notices
from tthc.domain.dossier import Details
from tthc.domain.parties import Contact, NotifyBy
from tthc.services.contacts import set_contact
from tthc.services.dossiers import Command
from tthc.storage.schema import downgrade, upgrade
from tthc.storage.tables.dossiers import Party

BEFORE = "0007"


def test_who_lodged_before_is_told_nothing(committed_url, committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        a_told_dossier(session)
    assert downgrade(committed_url, BEFORE)
    assert upgrade(committed_url)
    with committed_sessions.begin() as session:
        party = session.scalars(select(Party)).one()
        assert (party.email, party.notify_by) == (CITIZEN, NotifyBy.NONE)
        assert notices(session) == []
        a_told_dossier(session)
        assert len(notices(session)) == 1


def test_the_way_back_is_refused_while_an_event_set_a_contact(committed_url, committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        code = make.a_dossier(session).code
        order = (Contact(None, NotifyBy.NONE), Command(Details()))
        set_contact(session, code, order, make.everybody(), now=make.NOW)
    with pytest.raises(IntegrityError):
        downgrade(committed_url, BEFORE)


def test_nobody_is_told_without_an_address(session):
    make.a_desk(session)
    a_told_dossier(session)
    party = session.scalars(select(Party)).one()
    party.email = None
    with pytest.raises(IntegrityError, match="told_where_they_can_be"):
        session.flush()
    session.rollback()
