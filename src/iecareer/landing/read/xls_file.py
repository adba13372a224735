"""Workbooks of Excel 97 to 2003, read with xlrd, which distinguishes cells with an error from empty cells.

Merged cells come from calamine, because xlrd would have to load the formats of all cells.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.cell_text import cell_text
from iecareer.landing.content import Content, whole
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.sheets import Merges, Row, Sheet, read_sheets

_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read the sheets of a workbook that the contract asks for into `raw`."""
    data = whole(content, request.place)
    if _LOCKED in data:
        raise IecareerError(
            f"{request.place}: the workbook is protected by a password.",
            next_step="Ask for it without a password, over an encrypted connection.",
        )
    book = _opened(data, request)
    sheets = [
        Sheet(
            sheet.name,
            _rows(sheet, book.datemode),
            _merges(data, sheet.name),
            is_visible=sheet.visibility == 0,
        )
        for sheet in book.sheets()
    ]
    yield from read_sheets(connection, sheets, request)


def _opened(data: bytes, request: Request) -> Any:
    import xlrd

    problem, next_step = (
        "is not a complete .xls workbook; it is cut off or damaged",
        "Open it and save it as .xlsx.",
    )
    try:
        return xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=False)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            problem, next_step = "is a workbook protected by a password", "Ask for it without a password."
    except Exception:  # noqa: S110  xlrd meets damaged files with whatever its parsing runs into
        pass
    raise IecareerError(f"{request.place}: {problem}.", next_step=next_step) from None


def _rows(sheet: Any, datemode: int) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        for number in range(sheet.nrows):
            yield [_text(cell.ctype, cell.value, datemode) for cell in sheet.row(number)]

    return rows


def _merges(data: bytes, name: str) -> Callable[[], Merges]:
    def merges() -> Merges:
        import python_calamine

        try:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            return book.get_sheet_by_name(name).merged_cell_ranges or ()
        except (python_calamine.CalamineError, LookupError, OSError, ValueError):
            return ()
        except BaseException as error:
            # A bug in calamine raises a panic, which is not an Exception. Merged cells are then unknown, but cells
            # are read.
            if type(error).__name__ == "PanicException":
                return ()
            raise

    return merges


def _text(kind: int, value: Any, datemode: int) -> str | None:
    """A cell as text; an error as Excel writes it, a date in ISO form."""
    import xlrd

    match kind:
        case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return None
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(value, "#N/A"))
        case xlrd.XL_CELL_BOOLEAN:
            return cell_text(bool(value))
        case xlrd.XL_CELL_DATE:
            return cell_text(_date(value, datemode))
        case _:
            return cell_text(value)


def _date(serial: float, datemode: int) -> datetime | float:
    import xlrd

    try:
        return xlrd.xldate.xldate_as_datetime(serial, datemode)  # type: ignore[no-any-return]
    except (ValueError, OverflowError, xlrd.xldate.XLDateError):
        return serial
