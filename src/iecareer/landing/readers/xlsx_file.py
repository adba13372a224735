"""Workbooks, by python-calamine, which reads what is there whatever the sheet's dimension tag says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.readers.raw import (
    SEARCHED_ROWS,
    Content,
    Raw,
    Request,
    exact_number,
    find_header,
    load_rows,
    named_columns,
    normal_header,
)

UNPACKED_LIMIT = 1 << 30


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Raw]:
    """Read one sheet of a workbook into `raw`: the named one, else the visible one with its headers."""
    import python_calamine

    data = content.whole()
    _refuse_bomb(data, request)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = _sheet_name(book, request)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError):
        raise IecareerError(
            f"{request.place}: cannot be opened as a workbook.",
            next_step="Open and save it in Excel or WPS as .xlsx.",
        ) from None
    index = find_header(rows, request)
    columns = named_columns(rows[index], request)
    body = [
        (number, row) for number, row in enumerate(rows[index + 1 :], index + 2) if any(c != "" for c in row)
    ]
    texts = [[_text(row[position]) for _, row in body] for position in range(len(rows[index]))]
    load_rows(connection, [number for number, _ in body], [False] * len(body), texts)
    yield Raw(columns, sheet=name)


def _refuse_bomb(data: bytes, request: Request) -> None:
    try:
        size = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except zipfile.BadZipFile:
        raise IecareerError(
            f"{request.place}: is no .xlsx workbook, whatever its name says.",
            next_step="Open it in Excel or WPS and save it as .xlsx.",
        ) from None
    if size > UNPACKED_LIMIT:
        raise IecareerError(
            f"{request.place}: unpacks to {size >> 20} MiB, more than the {UNPACKED_LIMIT >> 20} MiB allowed.",
            next_step="Ask for the data as CSV, or in several workbooks.",
        )


def _sheet_name(book: Any, request: Request) -> str:
    names: list[str] = book.sheet_names
    if request.selector and request.selector.startswith("sheet:"):
        wanted = request.selector.removeprefix("sheet:")
        if wanted not in names:
            raise IecareerError(f"{request.place}: there is no sheet '{wanted}' among its {len(names)}.")
        return wanted

    def found(name: str) -> int:
        rows: Sequence[Sequence[object]] = book.get_sheet_by_name(name).to_python(nrows=SEARCHED_ROWS)
        return max((len({normal_header(cell) for cell in row} & request.headers) for row in rows), default=0)

    kept = "SheetVisibleEnum.Visible"
    names = [sheet.name for sheet in book.sheets_metadata if str(sheet.visible) == kept] or names
    counted = {name: found(name) for name in names} if len(names) > 1 else dict.fromkeys(names, 1)
    best = [name for name in names if counted[name] and counted[name] == max(counted.values())]
    if len(best) > 1:
        raise IecareerError(
            f"{request.place}: {len(best)} of its sheets hold the contract's headers.",
            next_step="Ask for one sheet a workbook, or name it in the contract: physicalName: sheet:NAME.",
        )
    return (best or names)[0]


def _text(cell: Any) -> str | None:
    """A cell as text: whole numbers without a point, dates in ISO form, empty cells as None."""
    if cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return exact_number(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell)
