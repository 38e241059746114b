"""Records are spelt so that nothing can move, and a walk sees every change to a chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.anchors import Anchor, AnchorUnreadableError, as_line, odd_ones, read_anchors
from tthc.domain.audit import Link, canonical, digest_of, hash_of, moment, root_of, spell, veil
from tthc.domain.audit_walk import Walk

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PARTS = st.lists(st.none() | st.text(max_size=5), max_size=5)


def test_a_record_is_spelt_by_length_and_content():
    """By hand: four bytes of length, the bytes, FFFFFFFF for what is not there."""
    assert spell(("a", "", None, "Đ")) == bytes.fromhex(
        "00000001 61 00000000 ffffffff 00000002 c490"
    )


@given(PARTS, PARTS)
def test_different_records_are_never_spelt_alike(left, right):
    assert (spell(left) == spell(right)) == (left == right)


def test_the_same_instant_and_the_same_json_have_one_spelling():
    hanoi = timezone(timedelta(hours=7))
    assert moment(AT.astimezone(hanoi)) == moment(AT) == "2026-03-02T03:00:00+00:00"
    assert canonical({"b": [1, None], "a": "Đ"}) == canonical({"a": "Đ", "b": [1, None]})


def test_a_veiled_text_tells_nothing_without_the_key_and_stands_for_itself_once_erased():
    told = veil(b"k" * 32, "event 1 reason", "Bà Hoà")
    others = {
        veil(b"x" * 32, "event 1 reason", "Bà Hoà"),
        veil(b"k" * 32, "event 2 reason", "Bà Hoà"),
        veil(b"k" * 32, "event 1 reason", "Bà Hoa"),
    }
    assert told not in others
    assert veil(b"another key", "whatever", {"erased": told}) == told


def chained(chains: list[str]) -> list[tuple[Link, tuple[str, str]]]:
    heads: dict[str, tuple[int, bytes]] = {}
    made = []
    for position, chain in enumerate(chains, 1):
        number, previous = heads.get(chain, (0, b""))
        parts = ("event", str(position))
        bare = Link(position, chain, number + 1, digest_of(parts), b"", AT)
        link = replace(bare, hash=hash_of(bare, previous))
        heads[chain] = (link.number, link.hash)
        made.append((link, parts))
    return made


def flaws(links, anchors=(), algorithm=1):
    walk = Walk(anchors)
    found = [f for link, parts in links for f in walk.step(link, algorithm, parts)]
    return [*found, *walk.finish()], walk


CHAINS = st.lists(st.sampled_from(["", "05128", "05158"]), min_size=2, max_size=8)
CHANGES = (
    lambda link: replace(link, chain=link.chain + "x"),
    lambda link: replace(link, number=link.number + 1),
    lambda link: replace(link, digest=bytes(32)),
    lambda link: replace(link, hash=bytes(32)),
    lambda link: replace(link, linked_at=link.linked_at + timedelta(microseconds=1)),
)


@given(CHAINS, st.sampled_from(CHANGES), st.data())
def test_any_field_of_any_link_that_is_changed_is_found_there(chains, change, data):
    links = chained(chains)
    assert flaws(links)[0] == []
    at = data.draw(st.integers(0, len(links) - 1))
    links[at] = (change(links[at][0]), links[at][1])
    assert flaws(links)[0][0].position == at + 1


@given(CHAINS, st.data())
def test_a_link_taken_out_or_put_elsewhere_is_found_there(chains, data):
    links = chained(chains)
    at = data.draw(st.integers(0, len(links) - 2))
    without = links[:at] + links[at + 1 :]
    assert flaws(without)[0][0].position == at + 1
    (first, parts), (second, others) = links[at], links[at + 1]
    links[at : at + 2] = [
        (replace(second, position=first.position), others),
        (replace(first, position=second.position), parts),
    ]
    assert flaws(links)[0][0].position == at + 1


def anchored(links, number=1):
    _, walk = flaws(links)
    root = root_of(walk.heads)
    return Anchor(number, AT, walk.position, len(walk.heads), root, b"", bytes(32))


@given(CHAINS, st.data())
def test_a_tail_cut_off_is_found_by_an_anchor_and_by_nothing_else(chains, data):
    links = chained(chains)
    left = links[: data.draw(st.integers(0, len(links) - 1))]
    assert flaws(left)[0] == []
    [flaw] = flaws(left, [anchored(links)])[0]
    assert (flaw.code, flaw.position) == ("tail_missing", len(left) + 1)


def test_chains_hashed_anew_differ_from_the_first_anchor_behind_the_change():
    links = chained(["", "05128", "", "05158"])
    anchors = [anchored(links[:2]), anchored(links, 2), anchored(links, 3)]
    assert flaws(links, anchors)[0] == []
    forged = chained(["", "05128", "", "05128"])
    found = flaws(forged, anchors)[0]
    assert [(f.code, f.position) for f in found] == [("anchor_differs", 3)] * 2


def test_an_unknown_algorithm_and_a_record_that_is_gone_are_named():
    links = chained(["", ""])
    assert [f.code for f in flaws(links, algorithm=2)[0]] == ["algorithm_unknown"] * 2
    assert [f.code for f in flaws([(link, None) for link, _ in links])[0]] == ["source_missing"] * 2


def test_an_anchor_is_one_line_and_comes_back_from_it():
    anchor = replace(anchored(chained(["05128"])), signature=b"s" * 64, previous=b"p" * 32)
    assert list(read_anchors([as_line(anchor), "", as_line(anchor)])) == [anchor, anchor]


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "{}", '{"format": "tthc-audit/2"}', '{"format": "tthc-audit/1", "number": 1}'],
)
def test_a_line_that_is_no_anchor_is_refused_by_its_number(line):
    with pytest.raises(AnchorUnreadableError) as caught:
        list(read_anchors(["", line]))
    assert caught.value.details == {"line": "2"}


def test_anchors_carry_the_one_before_and_never_go_back():
    first = anchored(chained([""]))
    second = replace(first, number=2, previous=first.digest(), position=5)
    third = replace(first, number=3, previous=second.digest(), position=5)
    assert list(odd_ones([first, second, third])) == []
    assert list(odd_ones([first, third])) == [third]
    back = replace(third, position=4)
    assert list(odd_ones([first, second, back])) == [back]
