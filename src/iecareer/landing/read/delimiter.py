"""The delimiter of a text: the character that separates the contract's headers.

Without a contract it is the character that gives a table: rows of equal width from the header row on. Bars or commas
within cells may also give rows of equal width, but only below the headers.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.read.chunk import Request
from iecareer.landing.read.header_row import SEARCHED_ROWS, header_likeness

# Of equally good delimiters the first one wins; the comma is last because it is frequent in text.
_USUAL = "\t|;,"
_BELOW = 5


def delimiter_of(head: str, request: Request) -> str:
    """The delimiter of the contract, or the one found in the text.

    Raises
    ------
    IecareerError
        When the text has the contract's headers, but separated by another character.
    """
    declared = request.delimiter
    if not request.headers:
        return declared or max(_USUAL, key=lambda mark: _likeness(first_rows(head, mark)[0]))
    lines = head.splitlines()[:SEARCHED_ROWS]
    taken = declared or max(_USUAL, key=lambda mark: _n_headers(lines, mark, request))
    if _n_headers(lines, taken, request) <= 1:
        _refuse_if_another(lines, taken, request)
    return taken


def _refuse_if_another(lines: Sequence[str], taken: str, request: Request) -> None:
    """Refuse a text in which another character separates several of the contract's headers."""
    likely = [line for line in lines if sum(header in line for header in request.headers) > 1]
    marks = {mark for line in likely for mark in line if mark.isascii() and not mark.isalnum()} - {*"\"' "}
    counted = {mark: _n_headers(likely, mark, request) for mark in sorted(marks)}
    best = max(counted, key=counted.__getitem__, default=taken)
    if counted.get(best, 0) > 1:
        raise IecareerError(
            f"{request.place}: seems to be separated by {shown(best)}, not by {shown(taken)}: "
            f"{shown(best)} gives {counted[best]} of the contract's headers.",
            next_step=f'Write {{property: delimiter, value: "{_escaped(best)}"}} into the server\'s customProperties.',
        )


def first_rows(head: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, each with the number of its last physical line (from 1)."""
    rows, ends = [], []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) == SEARCHED_ROWS:
                break
    except csv.Error:
        pass
    return rows, ends


def shown(delimiter: str) -> str:
    """A delimiter as it is written in a message."""
    return "a tab" if delimiter == "\t" else f"'{_escaped(delimiter)}'"


def _escaped(delimiter: str) -> str:
    return {"\t": "\\t"}.get(delimiter) or (
        delimiter if delimiter.isprintable() else f"\\x{ord(delimiter):02x}"
    )


def _n_headers(lines: Sequence[str], delimiter: str, request: Request) -> int:
    """How many of the contract's headers are in one line."""
    rows = [{normal_header(cell.strip('"')) for cell in line.split(delimiter)} for line in lines]
    return max((len(row & request.headers) for row in rows), default=0)


def _likeness(rows: Sequence[Sequence[str]]) -> tuple[bool, int, float]:
    """Rank of a delimiter: whether there is a table, how early it begins, and how its first row resembles headers."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for row in filled if len(row) > 1)
    if widths:
        ((width, _),) = widths.most_common(1)
        begin = next((at for at in range(len(filled)) if _goes_on(filled[at:], width)), None)
        if begin is not None:
            return True, -begin, header_likeness(filled[begin:])
    return False, 0, header_likeness(rows)


def _goes_on(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the first row and the rows below it have equal width; one of these may be faulty."""
    below = [len(row) == width for row in rows[1 : 1 + _BELOW]]
    return len(rows[0]) == width and bool(below) and below[0] and sum(below) >= len(below) - 1
