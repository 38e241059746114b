"""The calendar before a decision, and a worker that follows campaigns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import make
from tests.services.swapping import ANNOUNCED, APPROVED, SWAPPED
from tthc.jobs.campaigning import run_campaign
from tthc.services.loading import ReferenceFiles, load_reference_files


@pytest.fixture
def before_the_swap(session):
    """The calendar as it stood before 25 December 2025."""
    rows = dict(make.reference_files().rows)
    rows["calendar"] = [row for row in rows["calendar"] if row["day"] not in SWAPPED]
    load_reference_files(session, ReferenceFiles(rows), now=ANNOUNCED - timedelta(days=60))
    session.flush()


@pytest.fixture
def run(sessions):
    def running(campaign_id, now=APPROVED):
        return run_campaign(sessions, campaign_id, clock=lambda: now)

    return running
