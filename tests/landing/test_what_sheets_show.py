"""A sheet is read as it shows itself: codes with their zeros, days near midnight, merged cells, results of formulas."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
import xlsxwriter
import xlwt

from iecareer.landing.content import InMemory
from iecareer.landing.read import Request, read
from iecareer.landing.read.number_format import code_format

Rows = list[tuple[Any, ...]]
DAY = "yyyy/m/d"
ZEROS, HYPHENS = "000000", "0-00-00-00"


def rows(content: bytes) -> tuple[Rows, bool]:
    """The rows below the headers a, b and c, and whether serial numbers count from 1904."""
    connection = duckdb.connect()
    found: Rows = []
    is_1904 = False
    for chunk in read(connection, InMemory(content), None, Request("test", frozenset("abc"))):
        found += connection.execute("select _line, c0, c1, c2 from raw").fetchall()
        is_1904 = chunk.counts_from_1904
        connection.execute("drop table raw")
    return found, is_1904


def xlsx(fill: Callable[[Any, Callable[[str], Any]], None], **options: Any) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, "abc")
        fill(sheet, lambda code: book.add_format({"num_format": code}))
    return content.getvalue()


def xls(fill: Callable[[Any, Callable[[str], Any]], None], *, is_1904: bool = False) -> bytes:
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    sheet = book.add_sheet("s")
    for column, header in enumerate("abc"):
        sheet.write(0, column, header)
    fill(sheet, lambda code: xlwt.easyxf(num_format_str=code))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def codes_and_days(sheet: Any, style: Callable[[str], Any]) -> None:
    for row, (code, form, day) in enumerate(
        [
            (80901, ZEROS, 45107.99950231481),
            (6180101, HYPHENS, 45107.99949074074),
            (133010001, "0000000000", 45107.99999999),
            (7, '"P"000', 45108.0),
            (8500.5, "#,##0", 45108.5),
            (8500, '"¥"#,##0', 45107.99998842593),
        ],
        1,
    ):
        sheet.write(row, 0, code, style(form))
        sheet.write(row, 1, day, style(DAY))


@pytest.mark.parametrize("book", [xlsx, xls])
def test_codes_under_number_formats_and_days_a_moment_short(book: Callable[..., bytes]) -> None:
    found, _ = rows(book(codes_and_days))
    assert [code for _, code, *_ in found] == ["080901", "6-18-01-01", "0133010001", "P007", "8500.5", "8500"]
    assert [day for _, _, day, _ in found] == ["2023-07-01"] * 5 + ["2023-06-30"]


@pytest.mark.parametrize(
    ("form", "number", "shown"),
    [
        ("000000", 80901, "080901"),
        ("000000", 4133010001, "4133010001"),
        ("000000", 80901.5, None),
        ("000000", -1, None),
        ("000000;-000000;0;@", 80901, "080901"),
        ("[$-804]000000", 80901, "080901"),
        ("[Red]000000_ ", 80901, "080901"),
        ("000-0000-0000", 13812345678, "138-1234-5678"),
        ('0000"年"00"月"', 202307, "2023年07月"),
        ("#-##-##-##", 6180101, "6-18-01-01"),
        ('"0"#', 80901, "080901"),
        ("\\A000", 7, "A007"),
        *(
            (form, 5, None)
            for form in ("0", "General", "@", "0.00", "#,##0", "0%", '0"元"', '"¥"0', '"CNY "0', DAY)
        ),
        ("0.00E+00", 5, None),
        ('0.00"万"', 0.85, "0.85万"),
        ('#,##0.0"万元"', 1.25, "1.25万"),
        ('0"k"', 8, "8k"),
        ("0.0千", 8.5, "8.5千"),
        ('0.00_ "万"', -0.5, "-0.5万"),
        # Formats that divide: the cell holds 8500.
        ('0.0,"k"', 8500, None),
        ('0\\.0,"万"', 8500, None),
        ('0!.0,"万"', 8500, None),
        ('[>=10000]0.0,"k";0', 8500, None),
        ("[h]:mm", 5, None),
    ],
)
def test_a_number_format_makes_a_code_or_an_amount(form: str, number: float, shown: str | None) -> None:
    code = code_format(form)
    assert (code(number) if code else None) == shown


def test_formulas_that_a_library_wrote_have_no_result(home: Any) -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write(1, 0, "x")
        sheet.write_formula(1, 1, "=5000+1")
        sheet.write_formula(1, 2, '="岗位1"')
        sheet.write(2, 0, "x")
        sheet.write_formula(2, 1, "=A2&B2")
        sheet.write_formula(2, 2, "=(2+3)*-4/2", None, 7)
        sheet.write(3, 0, "x")
        sheet.write_formula(3, 1, "=SUM(B2)", None, 5000)
        sheet.write_formula(3, 2, "=1/0")

    assert rows(xlsx(fill))[0] == [
        (2, "x", "5001", "岗位1"),
        (3, "x", "#N/A", "-10"),
        (4, "x", "#N/A", "#N/A"),
    ]


def test_formulas_without_a_result_in_an_old_workbook() -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write(1, 0, "x")
        sheet.write(1, 1, xlwt.Formula("5000+1"))
        sheet.write(1, 2, "")

    assert rows(xls(fill))[0] == [(2, "x", "#N/A", None)]


@pytest.mark.parametrize("book", [xlsx, xls])
def test_a_merged_cell_counts_in_each_of_its_places(book: Callable[..., bytes]) -> None:
    def fill(sheet: Any, _: Any) -> None:
        def merge(top: int, left: int, bottom: int, right: int, text: str) -> None:
            if book is xlsx:
                sheet.merge_range(top, left, bottom, right, text)
            else:
                sheet.write_merge(top, bottom, left, right, text)

        merge(1, 0, 3, 0, "m")
        sheet.write(1, 1, "x")
        sheet.write(3, 1, "y")
        merge(4, 1, 4, 2, "w")
        sheet.write(4, 0, "q")

    assert rows(book(fill))[0] == [(2, "m", "x", None), (4, "m", "y", None), (5, "q", "w", "w")]


def test_a_merged_cell_of_a_page_counts_in_each_of_its_places() -> None:
    page = b"""<table><tr><th>a</th><th>b</th><th>c</th></tr>
    <tr><td rowspan=3>m</td><td>x</td><td></td></tr><tr></tr><tr><td>y</td></tr>
    <tr><td>q</td><td colspan=2>w</td></tr></table>"""
    assert rows(page)[0] == [(2, "m", "x", None), (4, "m", "y", None), (5, "q", "w", "w")]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>8500</p>", "8500"),
        ("<p>8500</p><p>9000</p>", "8500\n\n9000"),
        ("<div>850</div><div>900</div>", "850\n\n900"),
        ("850<br>900", "850\n900"),
        ("<ul><li>8500<li>9000</ul>", "8500\n9000"),
        ("<select><option>8500<option selected>9000</select>", "8500\n9000"),
        ("8500<sup>1</sup>", "8500^1"),
        ("10<sup>4</sup>", "10^4"),
        ("<s>8500</s>9000", "9000"),
        ("<del>8500</del> 9000", "9000"),
        ("<s>8500", "~~8500~~"),
        ("<s></s>", None),
        ("<strike>8500</strike><script>1</script>", "~~8500~~"),
        ('<span style="text-decoration: line-through">8500</span> <span>9000</span>', "9000"),
        ('<span style="text-decoration:line-through"><span>85</span>00</span>', "~~8500~~"),
        ("8500<script>var x = 1</script><!-- 9 -->", "8500"),
        ('<input value="8500">', "8500"),
        ('<input type="hidden" value="8500">9000', "9000"),
        ("<b>85</b>00", "8500"),
        ("<span>8,500</span>&nbsp;", "8,500"),
    ],
)
def test_a_cell_of_a_page_is_read_as_it_shows_itself(cell: str, text: str | None) -> None:
    page = (
        f"<table><tr><th>a</th><th>b</th><th>c</th></tr><tr><td>x</td><td>{cell}</td><td>y</td></tr></table>"
    )
    assert rows(page.encode())[0] == [(2, "x", text, "y")]


def test_serial_numbers_count_from_1904_where_the_book_says_so(
    system: Callable[[str, str], None], land_one: Any, landed: Any, tmp_path: Any
) -> None:
    def fill(sheet: Any, style: Any) -> None:
        sheet.write(1, 0, 43646, style(DAY))
        sheet.write(1, 1, 43646)
        sheet.write(1, 2, 43645.99999999)

    found, is_1904 = rows(xlsx(fill, date_1904=True))
    assert (found, is_1904) == ([(2, "2023-07-01", "43646", "43645.99999999")], True)
    assert rows(xls(fill, is_1904=True)) == (found, True)
    system(
        "office",
        """
apiVersion: v3.1.0
kind: DataContract
id: office
version: 1.0.0
status: active
servers: [{server: files, type: local, path: "office/*", format: xlsx}]
schema:
- name: job_posting
  properties:
  - {name: posting_id, logicalType: string, physicalName: b}
  - {name: posted_on, logicalType: string, physicalName: c}
  - {name: title, logicalType: string, physicalName: a}
  - {name: region_code, logicalType: string, transformLogic: "'330100'"}
  - {name: description, logicalType: string, physicalName: a}
  - {name: salary_low, logicalType: string, physicalName: b}
""",
    )
    path = tmp_path / "office.xlsx"
    path.write_bytes(xlsx(fill, date_1904=True))
    assert land_one(path, source="office")["n_loaded"] == 1
    ((day, pay),) = landed("job_posting", "posted_on::varchar, salary_low")
    assert (day, pay) == ("2023-07-01", 43646.0)
