"""The header row of a file: the row with most of the contract's headers, or without a contract the most likely row.

Without a contract only the shape decides: a header row is completely filled with different words, and columns below
its words have numbers or dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.read.chunk import Request

SEARCHED_ROWS = 30
_NAMED = 20
_BELOW = 8
_NO_WORD = re.compile(
    r"[\W\d_]*"  # numbers, dates, marks
    r"|.*\d{6}.*"  # numbers of persons, telephones, longer codes
    r"|\d+\s?年.*|[〇零一二三四五六七八九]{4}年.*"
    r"|[^\w]*[\d.,]+\s?([%kK元千万亿]|元/月)",
    re.DOTALL,
)


def find_header(rows: Sequence[Sequence[object]], request: Request) -> int:
    """Index of the header row: the row with the most headers of the contract.

    Raises
    ------
    IecareerError
        When none of the first rows has a header of the contract.
    """
    if request.header_row:
        if request.header_row > len(rows):
            raise IecareerError(
                f"{request.place}: the contract's header row, line {request.header_row}, does not exist."
            )
        return request.header_row - 1
    if not request.headers:
        return likely_header(rows[:SEARCHED_ROWS])
    matches = [len({normal_header(cell) for cell in row} & request.headers) for row in rows[:SEARCHED_ROWS]]
    best = max(matches, default=0)
    if best == 0:
        raise IecareerError(
            f"{request.place}: none of the contract's headers is in the first {SEARCHED_ROWS} lines. "
            f"Looked for: {looked_for(request)}.",
            next_step="Check file, sheet and delimiter. Add headers of other years to 'synonyms'; "
            "'iecareer source check' suggests similar headers.",
        )
    return matches.index(best)


def looked_for(request: Request) -> str:
    """Some of the headers that the contract knows; never a cell of the file."""
    names = sorted(request.headers)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def named_columns(cells: Sequence[object], request: Request) -> dict[str, str]:
    """Header → column name of `raw`.

    Raises
    ------
    IecareerError
        When a header that the contract uses occurs twice.
    """
    columns: dict[str, str] = {}
    for position, cell in enumerate(cells):
        header = normal_header(cell)
        if header in columns and header in request.headers:
            raise IecareerError(
                f"{request.place}: a header that the contract uses occurs twice, in columns "
                f"{int(columns[header][1:]) + 1} and {position + 1}.",
                next_step="Ask the office which of the two columns is right, and rename the other.",
            )
        columns.setdefault(header, f"c{position}")
    columns.pop("", None)
    return columns


def likely_header(rows: Sequence[Sequence[object]]) -> int:
    """Index of the row that looks most like headers, the first of equals."""
    likeness = _likeness(rows)
    return likeness.index(max(likeness)) if likeness else 0


def header_likeness(rows: Sequence[Sequence[object]]) -> float:
    """How much the best of these rows looks like headers: about three points for each word above numbers or dates."""
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
    """Whether the cells below a word of the row `at` are mostly not words."""
    if not words[at][column]:
        return False
    below = [
        words[i][column]
        for i in range(at + 1, min(at + 1 + _BELOW, len(words)))
        if column < len(words[i]) and filled[i][column]
    ]
    return bool(below) and sum(below) * 2 < len(below)
