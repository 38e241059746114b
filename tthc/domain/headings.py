"""The headings of a table: which ones columns share, level by level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from tthc.domain.layouts import Layout


class HeadingStyle(StrEnum):
    """Which part of a heading a cell is, where one reaches over several levels."""

    WHOLE = "whole"
    BEGINS = "begins"
    GOES_ON = "goes_on"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell above the columns ``first`` to ``last``, both included and counted from 0."""

    first: int
    last: int
    text: str
    style: HeadingStyle


def headings_of(layout: Layout) -> Iterator[list[Heading]]:
    """Give the levels of headings from the top; each level covers every column once.

    A column with fewer shared headings than others has its own one higher, and goes on below.
    """
    stacks = [(*column.above, column.title) for column in layout.columns]
    height = max(map(len, stacks))
    for level in range(height):
        keys = [_key(stack, place, level) for place, stack in enumerate(stacks)]
        runs = groupby(range(len(stacks)), key=keys.__getitem__)
        yield [_heading(list(run), stacks, level, height) for _, run in runs]


def _key(stack: tuple[str, ...], place: int, level: int) -> tuple[object, ...]:
    """Return what neighbours share: the headings so far; of its own heading, only itself."""
    return stack[: level + 1] if level < len(stack) - 1 else (place,)


def _heading(places: list[int], stacks: list[tuple[str, ...]], level: int, height: int) -> Heading:
    stack = stacks[places[0]]
    own = len(stack) - 1
    text = stack[level] if level <= own else ""
    is_end = level == height - 1
    if level < own or (level == own and is_end):
        style = HeadingStyle.WHOLE
    elif level == own:
        style = HeadingStyle.BEGINS
    else:
        style = HeadingStyle.ENDS if is_end else HeadingStyle.GOES_ON
    return Heading(places[0], places[-1], text, style)
