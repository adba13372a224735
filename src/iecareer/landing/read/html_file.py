"""HTML tables. Many office systems write them as `.xls`."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.content import Content, whole
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.decoding import utf8
from iecareer.landing.read.sheets import Merges, Row, Sheet, read_sheets
from iecareer.landing.read.text_runs import RAISED, Run, said

_WIDEST_SPAN = 1000
SIZE_LIMIT = 256 << 20
# What stands within a cell and is no part of its text.
_CODE = frozenset({"script", "style", "template"})
_STRUCK = frozenset({"del", "s", "strike"})
# Without a break, two amounts below each other would be one.
_BREAKS = frozenset(
    {"br", "p", "div", "li", "dt", "dd", "option", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
)
# Fields whose value a page shows.
_FIELDS = frozenset({"", "text", "number", "date", "month", "tel"})


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read the table of a page with the contract's headers into `raw`; `_line` is the row of the table, from 1.

    Raises
    ------
    IecareerError
        When the page is cut off or has no table.
    """
    data = whole(content, request.place, SIZE_LIMIT)
    page = _Tables()
    page.feed(utf8(data, request).decode("utf-8"))
    page.close()
    if page.is_open or not page.tables:
        raise IecareerError(
            f"{request.place}: is an HTML page {'that is cut off' if page.is_open else 'without a table'}.",
            next_step="Check that the export was complete, or ask for CSV or .xlsx.",
        )
    sheets = [
        _sheet(f"table {number}", rows, merges)
        for number, (rows, merges) in enumerate(zip(page.tables, page.merges, strict=True), 1)
        if rows
    ]
    for chunk in read_sheets(connection, sheets, request):
        yield Chunk(chunk.columns, chunk.sheet if len(sheets) > 1 else None)


def _sheet(name: str, rows: list[Row], merges: Merges) -> Sheet:
    return Sheet(name, lambda: iter(rows), lambda: merges)


class _Tables(HTMLParser):
    """Collects tables as rows of text, and the places of cells over several columns or rows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[Row]] = []
        self.merges: list[list[tuple[tuple[int, int], tuple[int, int]]]] = []
        self._row: list[str | None] | None = None
        self._cell: list[Run] | None = None
        self._spans: tuple[int, int] = (1, 1)
        self._hanging: dict[int, int] = {}
        self._depth = 0
        self._n_code = 0
        self._n_struck = 0
        # of each open span, whether its style strikes text out
        self._open_spans: list[bool] = []

    @property
    def is_open(self) -> bool:
        """Whether a table has no end."""
        return self._depth > 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell; this ends an open one."""
        match tag:
            case "table":
                self._depth += 1
                self.tables.append([])
                self.merges.append([])
                self._hanging = {}
            case "tr":
                self._end_row()
                self._row = []
            case "td" | "th":
                self._end_cell()
                found = dict(attrs)
                self._cell, self._spans = [], (_span(found.get("colspan")), _span(found.get("rowspan")))
                self._n_struck = int(_strikes(found))
            case _ if self._cell is not None:
                self._begin_within(tag, dict(attrs))

    def _begin_within(self, tag: str, attributes: dict[str, str | None]) -> None:
        """Begin an element within a cell."""
        if tag in _CODE:
            self._n_code += 1
        elif tag in _STRUCK:
            self._n_struck += 1
        elif tag == "span":
            self._open_spans.append(_strikes(attributes))
            self._n_struck += self._open_spans[-1]
        elif tag in _BREAKS:
            self.handle_data("\n")
        elif tag == "sup":
            self.handle_data(RAISED)
        elif tag == "input" and (attributes.get("type") or "").lower() in _FIELDS:
            self.handle_data(attributes.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """End a table, a row or a cell."""
        match tag:
            case "td" | "th":
                self._end_cell()
            case "tr":
                self._end_row()
            case "table":
                self._end_row()
                self._depth = max(0, self._depth - 1)
            case _ if tag in _CODE:
                self._n_code = max(0, self._n_code - 1)
            case _ if tag in _STRUCK:
                self._n_struck = max(0, self._n_struck - 1)
            case "span" if self._open_spans:
                self._n_struck -= self._open_spans.pop()
            case _ if tag in _BREAKS:
                self.handle_data("\n")

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self._cell is not None and not self._n_code:
            self._cell.append(Run(data, self._n_struck > 0))

    def _end_cell(self) -> None:
        self._n_code = self._n_struck = 0
        self._open_spans.clear()
        if self._cell is None or self._row is None:
            self._cell = None
            return
        self._hang()
        text = said(self._cell).strip() or None
        across, down = self._spans
        if (across > 1 or down > 1) and self.tables:
            top, left = len(self.tables[-1]), len(self._row)
            self.merges[-1].append(((top, left), (top + down - 1, left + across - 1)))
        for place in range(across):
            if down > 1:
                self._hanging[len(self._row)] = down - 1
            self._row.append(None if place else text)
        self._cell = None

    def _hang(self) -> None:
        """Leave the places at the end of the row so far empty that cells of earlier rows reach down into."""
        while self._row is not None and len(self._row) in self._hanging:
            left = self._hanging.pop(len(self._row))
            if left > 1:
                self._hanging[len(self._row)] = left - 1
            self._row.append(None)

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None and self.tables:
            self._hang()
            self.tables[-1].append(self._row)
        self._row = None


def _span(text: str | None) -> int:
    return min(int(text), _WIDEST_SPAN) if text and text.isdecimal() and int(text) > 0 else 1


def _strikes(attributes: dict[str, str | None]) -> bool:
    return "line-through" in (attributes.get("style") or "").lower()
