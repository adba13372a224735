"""Rows of delimited text that quotation marks may spread over several lines, by the dialect that DuckDB reads, too.

Blanks around a quoted cell are ignored. A quotation mark inside an unquoted cell is part of its text. A cell that
begins with a quotation mark must end with one. A stray quotation mark would turn all lines up to the next one into one
cell. So if a row over several lines does not have the text's number of cells, only its first line is taken as a row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST_LINE = 16_000_000
csv.field_size_limit(16 << 20)
Row = list[str]


@dataclass(frozen=True)
class Shape:
    """The rows of a text: how many headers there are, how many up to the last one with a name, and the delimiter."""

    width: int
    needed: int
    delimiter: str

    def malformed(self, row: Row | None) -> bool | None:
        """Whether a row has another number of cells; None if it lacks cells, at its end or before.

        A row may be longer than the headers by empty cells.
        """
        if row is None or any(cell.strip() for cell in row[self.width :]):
            return True
        return None if len(row) < self.needed else False


def quoted_rows(
    text: bytes, begins: Any, candidates: Any, shape: Shape
) -> Iterator[tuple[int, int, Row | None]]:
    """Each row that begins on one of the lines: that line, the number of its lines, its cells; None if unreadable.

    Parameters
    ----------
    begins
        Array of the place of each line in the text.
    candidates
        Sorted array of the numbers (from 0) of the lines that have a quotation mark or must not be read otherwise.
    """
    cell = _cell(shape.delimiter)
    n_lines, free = len(begins), 0
    for line in map(int, candidates):
        if line < free:
            continue
        begin = int(begins[line])
        end = int(begins[line + 1]) if line + 1 < n_lines else len(text)
        alone = text[begin:end].removesuffix(b"\n")
        row, length = _one_line(alone, cell, shape), 1
        if row is None and b'"' in alone:
            row, behind = _parsed(text, begin, cell, shape)
            length = int(begins.searchsorted(behind)) - line
            if row is None or not _is_one_row(row, shape):
                row, length = None, 1
        free = line + length
        yield line, length, row


def _one_line(line: bytes, cell: re.Pattern[bytes], shape: Shape) -> Row | None:
    if len(line) > LONGEST_LINE:
        return None
    if shape.delimiter != "\t" and b'\t"' in line:
        return _parsed(line, 0, cell, shape)[0]
    try:
        # Most lines are read by the library; it takes no blanks behind a quoted cell and no tabs before it.
        return next(
            csv.reader([line.decode()], delimiter=shape.delimiter, strict=True, skipinitialspace=True), []
        )
    except csv.Error:
        return _parsed(line, 0, cell, shape)[0]


def _parsed(text: bytes, at: int, cell: re.Pattern[bytes], shape: Shape) -> tuple[Row | None, int]:
    """The row that begins at a place of the text, and the place behind it."""
    row: Row = []
    last = min(len(text), at + LONGEST_LINE)
    delimiter = shape.delimiter.encode()
    while found := cell.match(text, at, last):
        quoted, plain = found.groups()
        row.append((plain if quoted is None else quoted.replace(b'""', b'"')).decode(errors="replace"))
        at = found.end()
        if at == len(text) or text[at : at + 1] == b"\n":
            return row, at + 1
        if at == last:
            break
        at += len(delimiter)
    return None, at


def _cell(delimiter: str) -> re.Pattern[bytes]:
    """A cell: its quoted text, or its plain text."""
    mark = re.escape(delimiter.encode())
    blanks = b" " if delimiter == "\t" else b"" if delimiter == " " else rb" \t"
    around = b"[" + blanks + b"]*" if blanks else b""
    behind = b"(?=" + mark + rb"|\n|\Z)"
    plain = b"((?:(?!" + mark + rb")[^\n])*)"
    return re.compile(
        around + rb'"((?:[^"]|"")*+)"' + around + behind + b"|(?!" + around + b'")' + plain + behind
    )


def _is_one_row(row: Row, shape: Shape) -> bool:
    """Whether a row over several lines fits; one that is short must not have swallowed the cells of other rows."""
    malformed = shape.malformed(row)
    if malformed is None:
        return not any("\n" in cell and shape.delimiter in cell for cell in row)
    return not malformed
