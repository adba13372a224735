"""Workbooks of Excel 97 to 2003, by xlrd, which unlike others distinguishes cells with an error from empty ones."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.cell_text import cell_text
from iecareer.landing.content import Content, whole
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.number_format import Shown, code_format
from iecareer.landing.read.sheets import Merges, Row, Sheet, read_sheets

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_NOT_CALCULATED = "#N/A"
# Records of the file: the calculation engine that last calculated the book, a formula, begin and end of a part.
_RECALC_ID, _FORMULA, _BEGIN, _END = 0x1C1, 0x6, 0x809, 0xA
_EMPTY_TEXT = b"\x03\0\0\0\0\0\xff\xff"
_ZERO = bytes(8)


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read the sheets of a workbook that the contract asks for into `raw`."""
    data = whole(content, request.place)
    if _LOCKED in data:
        raise IecareerError(
            f"{request.place}: the workbook is protected by a password.",
            next_step="Ask for it without a password, over an encrypted connection.",
        )
    book = _opened(data, request)
    shown = _shown_styles(book)
    sheets = [
        Sheet(
            sheet.name,
            _rows(book, sheet, number, shown),
            _merges(sheet),
            is_visible=sheet.visibility == 0,
            counts_from_1904=book.datemode == 1,
        )
        for number, sheet in enumerate(book.sheets())
    ]
    yield from read_sheets(connection, sheets, request)


def _opened(data: bytes, request: Request) -> Any:
    import xlrd

    problem, next_step = (
        "is not a complete .xls workbook; it is cut off or damaged",
        "Open it and save it as .xlsx.",
    )
    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), formatting_info=True, on_demand=True
        )
        # Only on demand does xlrd keep the stream, in which the formulas are looked for.
        book.sheets()
        return book
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            problem, next_step = "is a workbook protected by a password", "Ask for it without a password."
    except Exception:  # noqa: S110  xlrd meets damaged files with whatever its parsing runs into
        pass
    raise IecareerError(f"{request.place}: {problem}.", next_step=next_step) from None


def _shown_styles(book: Any) -> dict[int, Shown]:
    """Number of a cell style → how it shows a number as a code."""
    formats = {key: code_format(entry.format_str or "") for key, entry in book.format_map.items()}
    styles = ((number, formats.get(style.format_key)) for number, style in enumerate(book.xf_list))
    return {number: code for number, code in styles if code}


def _rows(book: Any, sheet: Any, position: int, shown: dict[int, Shown]) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        stale = _not_calculated(book, position)
        for number in range(sheet.nrows):
            yield [
                _NOT_CALCULATED
                if (number, at) in stale
                else _text(cell, shown.get(cell.xf_index), book.datemode)
                for at, cell in enumerate(sheet.row(number))
            ]

    return rows


def _merges(sheet: Any) -> Callable[[], Merges]:
    return lambda: [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells]


def _not_calculated(book: Any, position: int) -> set[tuple[int, int]]:
    """Row and column of the formulas whose results a program wrote that cannot calculate.

    Such a program names no calculation engine and leaves 0 or an empty text; the engine 0 asks for a calculation of
    everything.
    """
    engine = next((data for kind, data in _records(book, book.base) if kind == _RECALC_ID), None)
    if engine is not None and any(engine[4:8]):
        return set()
    return {
        struct.unpack_from("<HH", data)
        for kind, data in _records(book, book._sh_abs_posn[position])  # noqa: SLF001  xlrd gives no formulas
        if kind == _FORMULA and (engine is not None or data[6:14] in (_EMPTY_TEXT, _ZERO))
    }


def _records(book: Any, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the file: its kind, its data."""
    data, depth = book.mem, 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        yield kind, bytes(data[at + 4 : at + 4 + length])
        at += 4 + length


def _text(cell: Any, shown: Shown | None, datemode: int) -> str | None:
    """A cell as text; an error as Excel writes it, a date in ISO form, a code as its number format shows it."""
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return None
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        case xlrd.XL_CELL_BOOLEAN:
            return cell_text(bool(cell.value))
        case xlrd.XL_CELL_DATE:
            return cell_text(_date(cell.value, datemode))
        case xlrd.XL_CELL_NUMBER if shown:
            return shown(cell.value) or cell_text(cell.value)
        case _:
            return cell_text(cell.value)


def _date(serial: float, datemode: int) -> datetime | float:
    import xlrd

    try:
        return xlrd.xldate.xldate_as_datetime(serial, datemode)  # type: ignore[no-any-return]
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return serial
