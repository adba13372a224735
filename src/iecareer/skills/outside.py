"""How much of what an advertisement asks for the vocabulary does not know.

Input: an advertisement and the skills found in it. Output: numbers of things asked for, and of those without a known
skill. A sector whose things are mostly unknown cannot be judged.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable

from iecareer.skills.matcher import Hit

_ASKED = re.compile(
    r"(?:熟练(?:掌握|使用|操作|运用|应用)?|熟悉|掌握|精通|会(?:使用|操作)|擅长|能(?:够)?(?:熟练|独立)?(?:使用|操作|完成))"
    r"([^。；;!！?？\n]{2,80})"
)
_ITEM = re.compile(r"[、,，/和与及或]")
_LEAST = 2


def asked_for(text: str, hits: Iterable[Hit]) -> tuple[int, int]:
    """Things that `text` asks to know, and those of them in which no skill was found; `hits` do not overlap."""
    places = sorted((hit.start, hit.end) for hit in hits)
    n_asked = n_outside = 0
    for asked in _ASKED.finditer(text):
        for start, end in _items(text, *asked.span(1)):
            n_asked += 1
            # of the places that begin before the end, the last one ends last
            before = bisect_left(places, (end,))
            n_outside += not (before and places[before - 1][1] > start)
    return n_asked, n_outside


def _items(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    borders = [start, *(start + match.end() for match in _ITEM.finditer(text[start:end])), end]
    for first, last in itertools.pairwise(borders):
        if len(text[first:last].strip("、,，/和与及或 ")) >= _LEAST:
            yield first, last
