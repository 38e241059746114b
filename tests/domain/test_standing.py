"""What one dossier adds to the counts, by hand, and that many are added up as one by one."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.lifecycle import ENDED_WITHOUT_RESULT, TRANSITIONS, WITH_RESULT, Action
from tthc.domain.metrics import Tally, counts_of, pool, tally_from
from tthc.domain.standing import Fact, tally_standing, tally_standings

F = Fact
FINISHED = F.RECEIVED | F.DIRECT | F.FINISHED | F.WITH_DUE
standings = st.integers(0, 2 * F.STOPPED - 1)


def told(facts: Fact) -> set[str]:
    counts = asdict(tally_standing(facts))
    held = {way: counts.pop(f"by_{way}") for way in ("day", "instant")}
    names = {name for name, count in counts.items() if count}
    return names | {f"{way}.{name}" for way, of in held.items() for name in of if of[name]}


def test_a_dossier_finished_in_time_is_sound():
    assert told(FINISHED) == {
        *("received", "received_direct", "finished"),
        *("day.finished_on_time", "day.sound_finished_in_time"),
        *("instant.finished_on_time", "instant.sound_finished_in_time"),
    }


def test_late_by_the_hour_need_not_be_late_by_the_day():
    facts = told(FINISHED | F.LATE_BY_INSTANT | F.LATE_TO_ORIGINAL_BY_INSTANT)
    assert {name for name in facts if "." in name} == {
        *("day.finished_on_time", "day.sound_finished_in_time"),
        *("instant.finished_late", "instant.finished_late_to_original"),
    }


def test_asked_twice_for_papers_is_in_time_but_not_sound():
    facts = told(FINISHED | F.EARLY | F.UNSOUND)
    assert {name for name in facts if "." in name} == {
        *("day.finished_early", "instant.finished_early"),
    }


def test_what_stands_still_without_a_due_date_is_pending_and_in_no_rate():
    assert told(F.ONLINE | F.STOPPED) == {
        *("carried_over", "pending", "pending_stopped", "pending_without_due"),
    }


def test_keyed_in_by_the_citizen_counts_only_online_and_where_it_is_offered():
    at_desk = F.RECEIVED | F.ELIGIBLE | F.BY_CITIZEN | F.DIRECT | F.CLOSED
    assert "received_eligible_self" not in told(at_desk)
    online = F.RECEIVED | F.ELIGIBLE | F.BY_CITIZEN | F.ONLINE | F.CLOSED
    assert {"received_eligible", "received_eligible_online", "received_eligible_self"} < told(
        online
    )
    assert not any("eligible" in name for name in told(online & ~F.ELIGIBLE))


@given(st.lists(standings))
def test_many_are_counted_as_one_by_one(found):
    assert tally_standings(found) == pool(tally_standing(Fact(each)) for each in found)


@given(standings)
def test_each_arrives_once_and_stands_in_one_group(standing):
    tally = tally_standing(Fact(standing))
    assert tally.received + tally.carried_over == 1
    if Fact.FINISHED | Fact.CLOSED not in Fact(standing):
        assert tally.finished + tally.closed + tally.pending == 1


def test_counts_go_into_a_row_and_back():
    row = tuple(range(len(counts_of(Tally()))))
    assert counts_of(tally_from(row)) == row


def test_after_an_end_nothing_happens_but_the_return_so_a_standing_can_be_kept():
    """A contact may still be set: it is no fact of the state."""
    ended = WITH_RESULT | ENDED_WITHOUT_RESULT
    found = {action for status, action in TRANSITIONS if status in ended}
    assert found == {Action.RETURN, Action.SET_CONTACT}
