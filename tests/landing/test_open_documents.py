"""Spreadsheets of OpenDocument are read as they show themselves: codes, errors, days, merged and repeated cells."""

from __future__ import annotations

import io
from typing import Any

import duckdb
import pytest
import xlwt

from iecareer.errors import IecareerError
from iecareer.landing.content import InMemory
from iecareer.landing.read import Request, format_of, read
from tests.landing.open_documents import cell, ods, row, words

Rows = list[tuple[Any, ...]]


def rows(content: bytes, selector: str | None = None) -> tuple[Rows, bool]:
    """The rows below the headers a, b and c, and whether serial numbers count from 1904."""
    connection = duckdb.connect()
    found: Rows = []
    is_1904 = False
    for chunk in read(connection, InMemory(content), None, Request("test", frozenset("abc"), selector)):
        found += connection.execute("select _line, c0, c1, c2 from raw").fetchall()
        is_1904 = chunk.counts_from_1904
        connection.execute("drop table raw")
    return found, is_1904


@pytest.mark.parametrize(
    ("shown", "value", "read_as"),
    [
        ("080901", "80901", "080901"),
        ("6-18-01-01", "6180101", "6-18-01-01"),
        ("0133010001", "133010001", "0133010001"),
        ("P007", "7", "P007"),
        ("2023年07月", "202307", "2023年07月"),
        ("8,501", "8500.5", "8500.5"),
        ("8,500.00", "8500", "8500"),
        ("8.500", "8500", "8500"),
        ("8 500", "8500", "8500"),
        ("8’500", "8500", "8500"),
        ("¥8500", "8500", "8500"),
        ("CNY 8500", "8500", "8500"),
        ("8500元", "8500", "8500"),
        ("0.85万", "0.85", "0.85万"),
        ("0.9万元", "0.85", "0.85万"),
        ("8.5k", "8500", "8500"),
        ("0.85万", "8500", "8500"),
        ("8.5E+03", "8500", "8500"),
        ("8E+03", "8000", "8000"),
        ("-5", "-5", "-5"),
        ("3", "3.4", "3.4"),
        ("###", "80901", "80901"),
        ("", "80901", "80901"),
    ],
)
def test_a_number_counts_as_code_where_the_sheet_shows_one(shown: str, value: str, read_as: str) -> None:
    sheet = words("a", "b", "c") + row(cell(shown, "float", value), cell("x", "string"))
    assert rows(ods(sheet))[0] == [(2, read_as, "x", None)]


def test_values_of_every_kind() -> None:
    sheet = words("a", "b", "c") + "".join(
        row(cell(shown, kind, value), cell("x", "string"))
        for shown, kind, value in (
            ("23年7月", "date", "2023-07-01"),
            ("2023/6/30", "date", "2023-06-30T23:59:17.999999999"),
            ("44-3-15", "date", "-0044-03-15"),
            ("WAHR", "boolean", "true"),
            ("85%", "percentage", "0.85"),
            ("8.500,50 €", "currency", "8500.5"),
            ("一&amp;二", "string", None),
            ("shown", "string", "held"),
        )
    )
    found = [value for _, value, *_ in rows(ods(sheet))[0]]
    assert found == ["2023-07-01", "2023-07-01", "44-3-15", "true", "0.85", "8500.5", "一&二", "held"]


def test_errors_and_formulas_that_no_program_calculated() -> None:
    sheet = words("a", "b", "c") + "".join(
        row(cell("x", "string"), one, two)
        for one, two in (
            # LibreOffice, Excel and WPS write an error as an empty text, as 0 or as its text.
            (
                cell("#DIV/0!", "string", "", formula="of:=1/0"),
                cell("#N/A", "float", "0", formula="msoxl:=NA()"),
            ),
            (cell("Err:502", "string", ""), cell("#VALUE!")),
            (cell(None, None, formula="of:=[.A2]+1"), cell(None, "float", None, formula="of:=[.A2]+1")),
            (
                cell(None, "float", "0", formula="of:=[.A2]+1"),
                cell(None, "float", None, formula="of:=5000+1"),
            ),
            (
                cell(None, "string", "", formula="of:=IF(1;&quot;&quot;;2)"),
                cell("0", "float", "0", formula="of:=A1"),
            ),
            (
                cell("7", "float", "7", formula="of:=[.A2]+1"),
                cell("岗位", "string", None, formula="of:=[.A2]"),
            ),
        )
    )
    assert [found[2:] for found in rows(ods(sheet))[0]] == [
        ("#DIV/0!", "#N/A"),
        ("Err:502", "#VALUE!"),
        ("#N/A", "#N/A"),
        ("#N/A", "5001"),
        (None, "0"),
        ("7", "岗位"),
    ]


def test_merged_repeated_and_covered_cells() -> None:
    covered = "<table:covered-table-cell><text:p>hidden</text:p></table:covered-table-cell>"
    sheet = (
        row(n=2)
        + words("a", "b", "c")
        + row(cell("m", "string", number_rows_spanned=3, number_columns_spanned=1), cell("x", "string"))
        + row(covered)
        + row(covered, cell("y", "string"), cell(None, number_columns_repeated=16382))
        + row(
            cell("q", "string"), cell("w", "string", number_columns_spanned=2, number_rows_spanned=1), covered
        )
        + row(cell("z", "string", number_columns_repeated=3), n=2)
        + row(cell(None, number_columns_repeated=16384), n=1_048_566)
    )
    assert rows(ods(sheet))[0] == [
        (4, "m", "x", None),
        (6, "m", "y", None),
        (7, "q", "w", "w"),
        (8, "z", "z", "z"),
        (9, "z", "z", "z"),
    ]


def test_comments_pictures_and_marks_of_text() -> None:
    said = (
        "<table:table-cell office:value-type='string'><office:annotation><text:p>a comment</text:p></office:annotation>"
        "<text:p>数<text:span>控</text:span><text:s text:c='2'/>技术</text:p><text:p>two</text:p>"
        "<draw:frame><draw:image><text:p>a picture</text:p></draw:image></draw:frame></table:table-cell>"
    )
    assert rows(ods(words("a", "b", "c") + row(said)))[0] == [(2, "数控  技术\ntwo", None, None)]


def test_hidden_sheets_and_sheets_by_name() -> None:
    seen, hidden = (words("a", "b", "c") + words(text, "", "") for text in ("seen", "hidden"))
    book = ods(f"<hide/>{hidden}", seen)
    assert rows(book)[0] == [(2, "seen", None, None)]
    assert rows(book, "sheet:s0")[0] == [(2, "hidden", None, None)]


def test_serial_numbers_count_from_the_first_day_of_the_book() -> None:
    def first_day(day: str) -> bytes:
        told = f'<table:calculation-settings><table:null-date table:date-value="{day}"/></table:calculation-settings>'
        return ods(words("a", "b", "c") + row(cell("43646", "float", "43646")), settings=told)

    assert rows(first_day("1904-01-01")) == ([(2, "43646", None, None)], True)
    assert rows(first_day("1899-12-30"))[1] is False
    with pytest.raises(IecareerError, match="counts days from 1900-01-01"):
        rows(first_day("1900-01-01"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ods(words("a", "b", "c"), **{"META-INF/manifest": "<m><encryption-data/></m>"}),
         "password"),
        (ods(words("a", "b", "c"), mimetype="application/vnd.oasis.opendocument.text"), "no spreadsheet"),
        (ods(words("a", "b", "c") + row(cell("x", "float", "x"))), "cannot be opened"),
        (ods(words("a", "b", "c") + row(cell("x", "string", number_columns_repeated=5), n=9**9)), "cannot be opened"),
        (ods(words("a", "b", "c") + row(cell("x", "string", number_columns_repeated=999), n=99_999)), "million cells"),
        (ods(words("a", "b", "c") + row(cell("x", "string", number_columns_repeated=2_000_000))), "cannot be opened"),
        (ods(words("a", "b", "c") + "<table:table-row>"), "cannot be opened"),
        (ods(settings="").replace(b"<?xml", b"<!DOC"), "cannot be opened"),
    ],
)  # fmt: skip
def test_refused(content: bytes, said: str) -> None:
    with pytest.raises(IecareerError, match=said):
        rows(content)


def test_workbooks_of_wps_are_read_as_those_of_excel() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("s")
    for column, header in enumerate("abc"):
        sheet.write(0, column, header)
        sheet.write(1, column, column)
    content = io.BytesIO()
    book.save(content)
    assert (format_of("月报.ET"), rows(content.getvalue())[0]) == ("xls", [(2, "0", "1", "2")])
