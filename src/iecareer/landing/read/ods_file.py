"""Spreadsheets of OpenDocument (.ods), as LibreOffice, WPS and Excel save them.

A cell holds its value and the text that the sheet shows. The value counts, except where the text is a code or an error:
the value of an error is 0 or an empty text.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import chain
from xml.parsers import expat

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.cell_text import cell_text
from iecareer.landing.content import Content, whole
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.number_format import code_in
from iecareer.landing.read.sheet_xml import NOT_CALCULATED, constant, pieces
from iecareer.landing.read.sheets import Merges, Row, Sheet, read_sheets, refuse_large, refuse_unbounded
from iecareer.landing.read.text_runs import Run, said, struck

_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT = "content.xml"
_FIRST_DAYS = {"1899-12-30": False, "1904-01-01": True}
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:\d+", re.IGNORECASE)
_NAMESPACE = re.compile("^[a-z]+:")
# What lies within a cell and is no part of its text: comments, pictures, the pronunciation of a word.
_BESIDE = ("annotation", "frame", "custom-shape", "ruby-text", "g", "control")
_SPANS = frozenset({"number-columns-spanned", "number-rows-spanned"})
_MOST_REPEATED = 1 << 20
_MOST_BLANKS = 1000


@dataclass
class _Table:
    """One sheet: its name, whether it is shown, how far it reaches, and its merged cells."""

    name: str
    style: str
    n_rows: int = 0
    n_columns: int = 0
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def is_spreadsheet(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is an OpenDocument spreadsheet, or a template of one."""
    if not {"mimetype", _CONTENT} <= {*archive.namelist()}:
        return False
    with archive.open("mimetype") as stream:
        return stream.read(len(_MIMETYPE)) == _MIMETYPE


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read the sheets of a spreadsheet that the contract asks for into `raw`.

    Raises
    ------
    IecareerError
        When it has a password, is damaged or too large, or counts days from an unknown day.
    """
    data = whole(content, request.place)
    with _own_errors(request):
        archive = zipfile.ZipFile(io.BytesIO(data))
        refuse_large(archive, request)
        _refuse_locked(archive, request)
        book = _Book(archive)
        for _ in book.rows(None):
            pass
    if book.first_day not in _FIRST_DAYS:
        raise IecareerError(
            f"{request.place}: counts days from {book.first_day}, which no other spreadsheet does.",
            next_step="Open it and save it as .xlsx.",
        )
    for table in book.tables:
        refuse_unbounded(table.n_rows, table.n_columns, request)
    sheets = [
        Sheet(
            table.name,
            _rows(archive, number, request),
            _merges(table),
            is_visible=table.style not in book.hidden_styles,
            counts_from_1904=_FIRST_DAYS[book.first_day],
        )
        for number, table in enumerate(book.tables)
    ]
    yield from read_sheets(connection, sheets, request)


def _rows(archive: zipfile.ZipFile, number: int, request: Request) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        with _own_errors(request):
            yield from _Book(archive).rows(number)

    return rows


def _merges(table: _Table) -> Callable[[], Merges]:
    return lambda: table.merges


class _Book:
    """Follows the XML of a spreadsheet once, and gives the rows of one sheet."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.tables: list[_Table] = []
        self.hidden_styles: set[str] = set()
        self.first_day = "1899-12-30"
        self._archive = archive
        self._path: list[str] = []
        self._style = ""
        self._struck: set[str] = set()
        self._raised: set[str] = set()
        self._spans: list[str] = []
        self._found: deque[list[str | None]] = deque()
        self._wanted: int | None = None
        self._n_blank = 0
        self._row: list[str | None] = []
        self._n_alike = 1
        self._n_before = 0
        self._cell: dict[str, str] = {}
        self._text: list[Run] | None = None
        self._is_in_cell = False
        self._n_beside = 0

    def rows(self, wanted: int | None) -> Iterator[Row]:
        """The rows of the sheet with this number; None only looks at all sheets."""
        self._wanted = wanted
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        if wanted is not None:
            parser.CharacterDataHandler = self._characters
        for piece in chain(pieces(self._archive, _CONTENT), [b""]):
            parser.Parse(piece, not piece)
            while self._found:
                yield self._found.popleft()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        own = {_local(key): value for key, value in attributes.items()}
        match name:
            case "table" if self._path[-1:] == ["spreadsheet"]:
                self.tables.append(_Table(own.get("name", ""), own.get("style-name", "")))
                self._n_blank = 0
            case "table-row" if self.tables:
                self._row, self._n_alike, self._n_before = [], _repeated(own, "number-rows-repeated"), 0
            case "table" if self._is_in_cell:
                raise ValueError("a table within a cell")
            case "table-cell" | "covered-table-cell":
                self._cell, self._text, self._is_in_cell = own, None, True
            case _ if name in _BESIDE:
                self._n_beside += 1
            case "p" | "s" | "tab" | "line-break" if self._is_in_cell and not self._n_beside:
                blank = "\n" if name == "p" else " " * min(_repeated(own, "c"), _MOST_BLANKS)
                self._text = [] if self._text is None else [*self._text, Run(blank)]
            case "span" if self._is_in_cell:
                self._spans.append(own.get("style-name", ""))
            case _:
                self._of_the_book(name, own)
        self._path.append(name)

    def _of_the_book(self, name: str, own: dict[str, str]) -> None:
        match name:
            case "style":
                self._style = own.get("name", "")
            case "text-properties":
                if not {own.get(f"text-line-through-{key}", "none") for key in ("style", "type")} <= {"none"}:
                    self._struck.add(self._style)
                if own.get("text-position", "0%").partition(" ")[0] not in ("0%", "0"):
                    self._raised.add(self._style)
            case "table-properties" if own.get("display") == "false":
                self.hidden_styles.add(self._style)
            case "null-date":
                self.first_day = own.get("date-value", self.first_day)

    def _end(self, _: str) -> None:
        match self._path.pop():
            case "table-cell" | "covered-table-cell" as name if self.tables:
                self._end_cell(is_covered=name == "covered-table-cell")
            case "table-row" if self.tables:
                self._end_row()
            case "span" if self._is_in_cell:
                self._spans.pop()
            case name if name in _BESIDE:
                self._n_beside -= 1

    def _characters(self, data: str) -> None:
        if self._text is not None and self._is_in_cell and not self._n_beside:
            spans = {*self._spans}
            self._text.append(
                Run(data, not spans.isdisjoint(self._struck), not spans.isdisjoint(self._raised))
            )

    def _end_cell(self, *, is_covered: bool) -> None:
        self._is_in_cell = False
        text = None if is_covered else self._shown()
        n = _repeated(self._cell, "number-columns-repeated")
        if self._wanted is None and not _SPANS.isdisjoint(self._cell):
            across, down = (
                _repeated(self._cell, name) for name in ("number-columns-spanned", "number-rows-spanned")
            )
            top, left = self.tables[-1].n_rows + self._n_blank, len(self._row) + self._n_before
            self.tables[-1].merges.append(((top, left), (top + down - 1, left + across - 1)))
        if not text:
            self._n_before += n
            return
        # Empty cells up to here; those at the end of a row, often a thousand, are none.
        if len(self._row) + self._n_before + n > _MOST_REPEATED:
            raise ValueError("too many repeated cells")
        self._row += [None] * self._n_before + [text] * n
        self._n_before = 0

    def _shown(self) -> str | None:
        if self._wanted is None:
            return (
                "something"
                if self._text is not None or "value-type" in self._cell
                else self._cell.get("formula")
            )
        if self._wanted != len(self.tables) - 1:
            return None
        runs = self._text or []
        if any(run.is_struck or run.is_raised for run in runs):
            return said(runs).strip()
        shown = _shown(self._cell, "".join(run.text for run in runs).strip())
        return struck([Run(shown or "")]) if self._cell.get("style-name") in self._struck else shown

    def _end_row(self) -> None:
        if not self._row:
            self._n_blank += self._n_alike
            return
        table = self.tables[-1]
        table.n_columns = max(table.n_columns, len(self._row))
        table.n_rows += self._n_blank + self._n_alike
        if table.n_rows > _MOST_REPEATED:
            raise ValueError("too many repeated rows")
        if self._wanted == len(self.tables) - 1:
            self._found.extend([[] for _ in range(self._n_blank)])
            self._found.extend([self._row] * self._n_alike)
        self._n_blank = 0


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def _repeated(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes[name])) if name in attributes else 1


def _shown(cell: dict[str, str], shown: str) -> str | None:
    """What counts of a cell: an error or a code as the sheet shows it, else the value."""
    if _ERROR.fullmatch(shown):
        return shown
    value = _value(cell, shown)
    # A library wrote the formula, and no program has calculated it: nothing is shown, and there is no value.
    is_empty = value == "0" or (value is None and "string-value" not in cell)
    if "formula" in cell and not shown and is_empty:
        return constant(_NAMESPACE.sub("", cell["formula"])) or NOT_CALCULATED
    return value


def _value(cell: dict[str, str], shown: str) -> str | None:
    kind = cell.get("value-type", "")
    held = cell.get(
        {"date": "date-value", "boolean": "boolean-value", "string": "string-value"}.get(kind, "value")
    )
    if not held:
        return shown or None
    match kind:
        case "float":
            return code_in(shown, float(held)) or cell_text(float(held))
        case "percentage" | "currency":
            return cell_text(float(held))
        case "date":
            return _day(held) or shown
        case _:
            return held


def _day(text: str) -> str | None:
    try:
        return cell_text(datetime.fromisoformat(text))
    except ValueError:
        return None


def _refuse_locked(archive: zipfile.ZipFile, request: Request) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
        raise IecareerError(
            f"{request.place}: is protected by a password.", next_step="Ask for it without a password."
        )


@contextmanager
def _own_errors(request: Request) -> Iterator[None]:
    """Replace the errors of libraries, which may quote a cell, by our own."""
    try:
        yield
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, LookupError, OSError, OverflowError, RuntimeError, ValueError
    ):  # fmt: skip
        raise IecareerError(
            f"{request.place}: cannot be opened as a spreadsheet. It is damaged, or was written by a faulty program.",
            next_step="Open and save it in LibreOffice, WPS or Excel as .xlsx.",
        ) from None
