"""Sheets of any kind of workbook: which sheets are read, where their headers are, and their rows in pieces.

Input: sheets as rows of text. Output: the table `raw`, piece by piece, with row numbers as shown in the sheet.
"""

from __future__ import annotations

import fnmatch
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.header_row import SEARCHED_ROWS, find_header, named_columns
from iecareer.landing.read.raw_table import load_rows

CELL_LIMIT = 16_000_000
_UNPACKED_LIMIT = 1 << 30
_PIECE = 50_000
Row = Sequence[str | None]
Merges = Sequence[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows from the first on, as text, and which cells are merged (first and last, from 0)."""

    name: str
    rows: Callable[[], Iterator[Row]]
    merges: Callable[[], Merges] = tuple
    is_visible: bool = True
    counts_from_1904: bool = False


def read_sheets(
    connection: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet], request: Request
) -> Iterator[Chunk]:
    """Read the sheets that the contract names, or else the visible sheet with its headers, in pieces into `raw`."""
    for sheet in _chosen(sheets, request):
        rows = sheet.rows()
        # Before anything else is read of the sheet: its rows refuse a sheet that is too large for memory.
        head = list(islice(rows, SEARCHED_ROWS))
        merges = sheet.merges()
        names = header_names(_filled(head, merges), request)
        index = find_header(names, request)
        columns = named_columns(names[index], request)
        width = len(names[index])
        numbered = enumerate(_spread(_rest(head[index + 1 :], rows), index + 1, merges), index + 2)
        while True:
            piece = list(islice(numbered, _PIECE))
            _load(connection, [(number, row) for number, row in piece if any(row)], width)
            yield Chunk(columns, sheet=sheet.name, counts_from_1904=sheet.counts_from_1904)
            if len(piece) < _PIECE:
                break


def header_names(rows: Sequence[Row], request: Request) -> list[list[str]]:
    """The header names that each row would give; with merged cells, the row is the lower one of two header rows.

    A cell's own text is its name. Where several columns have the same text below different ones, as 月份 below
    养老保险 and below 医疗保险, the name is both: 养老保险 月份.
    """
    names: list[list[str]] = []
    above: list[str] = []
    for row in rows:
        own = [normal_header(cell) for cell in row]
        upper = [*above, *[""] * (len(own) - len(above))]
        count = Counter(own)
        both = [f"{u} {o}" if u and o and u != o else o for u, o in zip(upper, own, strict=False)]
        is_split = [
            count[o] > 1 and len({u for u, p in zip(upper, own, strict=False) if p == o}) > 1 for o in own
        ]
        names.append(
            [b if b in request.headers or s else o for o, b, s in zip(own, both, is_split, strict=True)]
        )
        above = own
    return names


def refuse_unbounded(n_rows: int, n_columns: int, request: Request) -> None:
    """Refuse a sheet that needs more memory than a landing may use: a cell takes about 90 bytes.

    Raises
    ------
    IecareerError
        When rows times columns are more than `CELL_LIMIT`.
    """
    if n_rows * n_columns > CELL_LIMIT:
        raise IecareerError(
            f"{request.place}: a sheet reaches over {n_rows} rows and {n_columns} columns, more than "
            f"{CELL_LIMIT // 1_000_000} million cells.",
            next_step="Delete cells far below or beside the data (Ctrl+End shows the last one), or ask for CSV.",
        )


def unpacks_to_too_much(archive: zipfile.ZipFile) -> bool:
    """Whether the parts of a workbook are together larger than a landing may unpack."""
    return _unpacked_size(archive) > _UNPACKED_LIMIT


def refuse_large(archive: zipfile.ZipFile, request: Request) -> None:
    """Refuse a workbook that unpacks to more than a landing may unpack.

    Raises
    ------
    IecareerError
        When its parts are together larger than 1 GiB.
    """
    if unpacks_to_too_much(archive):
        raise IecareerError(
            f"{request.place}: unpacks to {_unpacked_size(archive) >> 20} MiB, more than the "
            f"{_UNPACKED_LIMIT >> 20} MiB allowed.",
            next_step="Ask for the data as CSV, or in several workbooks.",
        )


def _unpacked_size(archive: zipfile.ZipFile) -> int:
    return sum(entry.file_size for entry in archive.infolist())


def _chosen(sheets: Sequence[Sheet], request: Request) -> Sequence[Sheet]:
    wanted = (request.selector or "").partition("sheet:")[2]
    named = [sheet for sheet in sheets if sheet.name == wanted]
    if named:
        return named
    visible = [sheet for sheet in sheets if sheet.is_visible] or sheets
    if wanted:
        if any(mark in wanted for mark in "*?["):
            visible = [sheet for sheet in visible if fnmatch.fnmatchcase(sheet.name, wanted)]
        else:
            visible = []
        if not visible:
            raise IecareerError(f"{request.place}: none of its {len(sheets)} sheets is named '{wanted}'.")
    if not visible:
        raise IecareerError(f"{request.place}: has no sheet with cells.")
    return visible if len(visible) == 1 else _with_headers(visible, request, is_all=bool(wanted))


def _with_headers(sheets: Sequence[Sheet], request: Request, *, is_all: bool) -> Sequence[Sheet]:
    """The sheets with the contract's headers: all of them, or the sheet with the most headers."""
    counted = [(_found(sheet, request), sheet) for sheet in sheets]
    most = max(n for n, _ in counted)
    if is_all:
        # A sheet of explanations may mention one header; data sheets have several in one row.
        return [sheet for n, sheet in counted if n >= min(2, max(most, 1))] or [sheets[0]]
    best = [sheet for n, sheet in counted if n == most and n]
    if len(best) > 1 and request.headers:
        raise IecareerError(
            f"{request.place}: {len(best)} of its sheets have the contract's headers.",
            next_step="Name one in the contract (physicalName: sheet:NAME), or read all of them (sheet:*).",
        )
    return [best[0] if best else sheets[0]]


def _found(sheet: Sheet, request: Request) -> int:
    head = list(islice(sheet.rows(), SEARCHED_ROWS))
    if not request.headers:
        return sum(any(row) for row in head)
    names = header_names(_filled(head, sheet.merges()), request)
    return max((len({*row} & request.headers) for row in names), default=0)


def _filled(head: Sequence[Row], merges: Merges) -> list[Row]:
    """The first rows, with the text of a merged cell repeated in each of its places."""
    rows = [list(row) for row in head]
    for (top, left), (bottom, right) in merges:
        if top < len(rows) and left < len(rows[top]) and bottom - top < SEARCHED_ROWS:
            text = rows[top][left]
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [text] * len(row[left : right + 1])
    return list(rows)


def _spread(rows: Iterator[Row], first: int, merges: Merges) -> Iterator[Row]:
    """The rows from number `first` (from 0) on with the text of a merged cell in each of its places.

    A row without a cell of its own stays blank.
    """
    waiting = sorted((merge for merge in merges if merge[0][0] >= first), reverse=True)
    hanging: list[tuple[int, int, int, str]] = []
    for number, row in enumerate(rows, first):
        hanging = [merge for merge in hanging if merge[0] >= number]
        while waiting and waiting[-1][0][0] <= number:
            (_, left), (bottom, right) = waiting.pop()
            if text := row[left] if left < len(row) else None:
                hanging.append((bottom, left, right, text))
        if hanging and any(row):
            filled = [*row, *[None] * (max(right for *_, right, _ in hanging) + 1 - len(row))]
            for _, left, right, text in hanging:
                filled[left : right + 1] = [text] * (right + 1 - left)
            yield filled
        else:
            yield row


def _rest(head: Sequence[Row], rows: Iterator[Row]) -> Iterator[Row]:
    yield from head
    yield from rows


def _load(connection: duckdb.DuckDBPyConnection, body: Sequence[tuple[int, Row]], width: int) -> None:
    """Load rows. A row may be shorter than the header; a row with cells beyond the header is malformed."""
    columns = [[row[at] if at < len(row) else None for _, row in body] for at in range(width)]
    load_rows(connection, [number for number, _ in body], [any(row[width:]) for _, row in body], columns)
