"""Workbooks, read with python-calamine, which ignores a wrong dimension tag of a sheet."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from xml.parsers import expat

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.cell_text import cell_text
from iecareer.landing.content import Content, whole
from iecareer.landing.read import sheet_xml
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.sheets import Row, Sheet, read_sheets, refuse_large, refuse_unbounded

Held = Callable[[str], Any]


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read the sheets of a workbook that the contract asks for into `raw`."""
    import python_calamine

    data = whole(content, request.place)
    with _own_errors(request):
        archive = zipfile.ZipFile(io.BytesIO(data))
        refuse_large(archive, request)
        parts = sheet_xml.sheet_parts(archive)
        rules = sheet_xml.book_rules(archive)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    # Only one sheet at a time is in memory, for its first rows, its merged cells and then all rows.
    held = lru_cache(maxsize=1)(book.get_sheet_by_name)
    sheets = [
        Sheet(
            sheet.name,
            _rows(held, archive, sheet.name, (parts.get(sheet.name), rules), request),
            _merges(held, sheet.name, request),
            is_visible=str(sheet.visible) == "SheetVisibleEnum.Visible",
            counts_from_1904=rules.counts_from_1904,
        )
        for sheet in book.sheets_metadata
        if str(sheet.typ) == "SheetTypeEnum.WorkSheet"
    ]
    yield from read_sheets(connection, sheets, request)


def _rows(
    held: Held,
    archive: zipfile.ZipFile,
    name: str,
    source: tuple[str | None, sheet_xml.BookRules],
    request: Request,
) -> Callable[[], Iterator[Row]]:
    part, rules = source

    def rows() -> Iterator[Row]:
        with _own_errors(request):
            defects = _defects(archive, part, rules, request) if part else {}
            cells = held(name).iter_rows()
        last, number = max(defects, default=-1), -1
        for number, row in enumerate(cells):
            yield _with_defects(
                [c if type(c) is str and c else cell_text(c) for c in row], defects.get(number)
            )
        for beyond in range(number + 1, last + 1):
            yield _with_defects([], defects.get(beyond))

    return rows


def _defects(
    archive: zipfile.ZipFile, part: str, rules: sheet_xml.BookRules, request: Request
) -> sheet_xml.Defects:
    n_rows, n_columns, is_suspect = sheet_xml.reach(archive, part, rules)
    refuse_unbounded(n_rows, n_columns, request)
    return sheet_xml.defects(archive, part, rules) if is_suspect else {}


def _with_defects(texts: list[str | None], defects: dict[int, str] | None) -> list[str | None]:
    for column, text in (defects or {}).items():
        texts += [None] * (column + 1 - len(texts))
        texts[column] = text
    return texts


def _merges(held: Held, name: str, request: Request) -> Callable[[], Any]:
    def merges() -> Any:
        with _own_errors(request):
            return held(name).merged_cell_ranges or ()

    return merges


@contextmanager
def _own_errors(request: Request) -> Iterator[None]:
    """Replace the errors of libraries, which may quote a cell, by our own."""
    import python_calamine

    damaged = IecareerError(
        f"{request.place}: cannot be opened as a workbook. It is damaged, or was written by a faulty program.",
        next_step="Open and save it in Excel or WPS as .xlsx.",
    )
    try:
        yield
    except python_calamine.PasswordError:
        raise IecareerError(
            f"{request.place}: is protected by a password.", next_step="Ask for it without a password."
        ) from None
    except (
        python_calamine.CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        ArithmeticError,
        LookupError,
        OSError,
        RuntimeError,
        ValueError,
    ):
        raise damaged from None
    except BaseException as error:
        # A bug in calamine raises a panic, which is not an Exception.
        if type(error).__name__ == "PanicException":
            raise damaged from None
        raise
