"""Which of several differences are withheld because their graduates are nearly those of another one.

Two differences whose cooperative graduates are the same but for a few would together give away the pay of these few.
Nothing is read or written here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearly_equal_to_a_kept_one(pairs: Iterable[tuple[int, int]]) -> set[int]:
    """The differences that are withheld: each that is nearly equal to one that comes before it and is kept.

    Parameters
    ----------
    pairs : iterable of (int, int)
        Nearly equal differences, each named by its place in the order in which they are judged. Only differences that
        could be published may be named; those in no pair are kept.
    """
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    kept: set[int] = set()
    for place in sorted(near):
        if near[place].isdisjoint(kept):
            kept.add(place)
    return near.keys() - kept
