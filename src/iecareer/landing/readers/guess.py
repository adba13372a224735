"""Where the headers of a file stand that no contract knows yet: by shape alone.

A header row is filled from side to side with words that differ, and below a word stand numbers or dates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_BELOW = 8
_NO_WORD = re.compile(
    r"[\W\d_]*"  # numbers, dates, marks
    r"|.*\d{6}.*"  # numbers of persons, telephones, longer codes
    r"|\d+\s?年.*|[〇零一二三四五六七八九]{4}年.*"
    r"|[^\w]*[\d.,]+\s?([%kK元千万亿]|元/月)",
    re.DOTALL,
)


def normal_header(text: object) -> str:
    """A header as it is compared: NFKC, without line breaks and blanks around."""
    return " ".join(unicodedata.normalize("NFKC", str(text or "")).replace("\\n", " ").split()).strip(
        "\ufeff \u200b"
    )


def likely_header(rows: Sequence[Sequence[object]]) -> int:
    """Index of the row that looks most like headers, the first of equals."""
    likeness = _likeness(rows)
    return likeness.index(max(likeness)) if likeness else 0


def header_likeness(rows: Sequence[Sequence[object]]) -> float:
    """How much the best of these rows looks like headers: about three for each word above numbers or dates."""
    return max(_likeness(rows), default=0.0)


def is_word(cell: object) -> bool:
    """Whether a cell could be a header: neither empty, nor a number, a date or an identifier."""
    return not _NO_WORD.fullmatch(normal_header(cell))


def _likeness(rows: Sequence[Sequence[object]]) -> list[float]:
    words = [[is_word(cell) for cell in row] for row in rows]
    filled = [[normal_header(cell) != "" for cell in row] for row in rows]
    return [
        len({normal_header(cell) for cell, is_filled in zip(row, filled[at], strict=True) if is_filled})
        - 3 * sum(f and not w for f, w in zip(filled[at], words[at], strict=True))
        + 2 * sum(_stands_above(words, filled, at, column) for column in range(len(row)))
        for at, row in enumerate(rows)
    ]


def _stands_above(
    words: Sequence[Sequence[bool]], filled: Sequence[Sequence[bool]], at: int, column: int
) -> bool:
    """Whether a word of the row at `at` has mostly no words below it."""
    if not words[at][column]:
        return False
    below = [
        words[i][column]
        for i in range(at + 1, min(at + 1 + _BELOW, len(words)))
        if column < len(words[i]) and filled[i][column]
    ]
    return bool(below) and sum(below) * 2 < len(below)
