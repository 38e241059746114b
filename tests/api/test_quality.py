"""The data-quality gate over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests import make
from tests.make import MUONG_BI, TAN_LAC
from tthc.domain.accounts import Role
from tthc.storage.tables.dossiers import Dossier

URL = "/api/v1/quality"
MARCH = "since=2026-03-01&until=2026-04-01"


@pytest.fixture
def units(session):
    """Three dossiers in Tân Lạc: two without a channel, one of these without a due date too."""
    make.a_desk(session)
    codes = [make.a_dossier(session).code for _ in range(3)]
    first, second, _ = (session.scalar(select(Dossier).where(Dossier.code == c)) for c in codes)
    first.channel = second.channel = None
    first.due_at = first.overdue_at = first.original_due_at = first.original_overdue_at = None
    session.commit()
    return codes


@pytest.fixture
def clock(clock):
    clock.at = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    return clock


def test_a_commune_gets_a_score_and_the_number_of_each_flaw(manager):
    sheet = manager.get(f"{URL}?{MARCH}&unit_code={TAN_LAC}").json
    (unit,) = sheet["units"]
    assert (unit["dossiers"], unit["spoiled"], unit["score"]) == (3, 2, 1 / 3)
    assert unit["by_rule"] == {"channel_missing/1": 2, "due_missing/1": 1}
    assert (sheet["discords"], sheet["total"]["score"]) == ([], 1 / 3)
    known = {rule["id"] for rule in manager.get(f"{URL}/rules").json["items"]}
    assert set(unit["by_rule"]) <= known


def test_the_dossiers_are_listed_once_for_each_rule_page_by_page(manager, units):
    found, cursor = [], ""
    while cursor is not None:
        page = manager.get(f"{URL}/dossiers?{MARCH}&limit=2{cursor and f'&cursor={cursor}'}").json
        found += [(row["code"], row["rule"]) for row in page["items"]]
        cursor = page["next"]
    both = [(units[0], "channel_missing/1"), (units[0], "due_missing/1")]
    assert found == [*both, (units[1], "channel_missing/1")]
    one = manager.get(f"{URL}/dossiers?{MARCH}&rule=due_missing/1").json["items"]
    assert one == [{"code": units[0], "unit_code": TAN_LAC, "rule": "due_missing/1"}]


def test_another_commune_is_not_there(signed_in, manager):
    for path in (URL, f"{URL}/dossiers"):
        assert manager.get(f"{path}?{MARCH}&unit_code={MUONG_BI}").status_code == 404
    assert signed_in((Role.OFFICER, TAN_LAC)).get(f"{URL}?{MARCH}").status_code == 403
