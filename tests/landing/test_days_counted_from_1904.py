"""Days of workbooks that count from 1904, as old versions of Excel for Mac did: 43646 is 2023-07-01."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from tests.landing.open_documents import cell, ods, row, words

OFFICE = """
apiVersion: v3.1.0
kind: DataContract
id: office
version: 1.0.0
status: active
servers: [{{server: files, type: local, path: "office/*", format: xlsx}}]
schema:
- name: job_posting
  physicalName: "*"
  customProperties: [{rule}]
  properties:
  - {{name: posting_id, logicalType: string, physicalName: a}}
  - {{name: posted_on, logicalType: string, physicalName: b{more}}}
  - {{name: title, logicalType: string, transformLogic: "'会计'"}}
  - {{name: region_code, logicalType: string, transformLogic: "'330100'"}}
  - {{name: description, logicalType: string, physicalName: a}}
"""
SERIAL, DAY = 43646, "2023-07-01"


def xlsx(*rows: tuple[Any, ...], is_1904: bool = True) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"date_1904": is_1904}) as book:
        sheet = book.add_worksheet()
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, "abc")
        for at, (name, day, *others) in enumerate(rows, start=1):
            sheet.write(at, 0, name)
            # A negative number stands for a cell with the format of a day.
            formatted = isinstance(day, int) and day < 0
            sheet.write(at, 1, abs(day) if formatted else day, dated if formatted else None)
            sheet.write_row(at, 2, others)
    return content.getvalue()


def xls(*rows: tuple[Any, ...]) -> bytes:
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("s")
    for at, cells in enumerate(["abc", *rows]):
        for column, value in enumerate(cells):
            sheet.write(at, column, value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def open_document() -> bytes:
    since = '<table:null-date table:date-value="1904-01-01"/>'
    told = f"<table:calculation-settings>{since}</table:calculation-settings>"
    return ods(words("a", "b") + row(cell("A", "string"), cell("43646", "float", "43646")), settings=told)


@pytest.fixture
def land_books(
    system: Callable[[str, str], None], land_one: Callable[..., dict[str, Any]], tmp_path: Path
) -> Callable[..., dict[str, Any]]:
    def land_them(*books: bytes, more: str = "", rule: str = "") -> dict[str, Any]:
        system("office", OFFICE.format(more=more, rule=rule))
        paths = [tmp_path / f"book{at}.xlsx" for at in range(len(books))]
        for path, content in zip(paths, books, strict=True):
            path.write_bytes(content)
        return land_one(*paths, source="office")

    return land_them


FORMAT = ", customProperties: [{property: dateFormat, value: '%d.%m.%Y'}]"


@pytest.mark.parametrize(
    ("book", "more"),
    [
        (xlsx(("A", SERIAL)), ""),
        (xlsx(("A", -SERIAL)), ""),
        (xlsx(("A", SERIAL + 0.25)), ""),
        (xlsx(("A", SERIAL - 0.0005)), ""),
        (xlsx(("A", str(SERIAL))), ""),
        (xlsx(("A", "2023年7月1日")), ""),
        (xls(("A", SERIAL)), ""),
        (open_document(), ""),
        (xlsx(("A", SERIAL)), FORMAT),
        (xlsx(("A", "01.07.2023")), FORMAT),
        (xlsx(("A", -SERIAL)), ', transformLogic: "left(value, 10)"'),
        (xlsx(("A", SERIAL)), ", transformLogic: \"date '1904-01-01' + value::int\""),
    ],
)
def test_every_way_to_hold_a_day_gives_the_same(
    land_books: Callable[..., dict[str, Any]], landed: Any, book: bytes, more: str
) -> None:
    assert land_books(book, more=more)["n_loaded"] == 1
    assert landed("job_posting", "posted_on::varchar") == [(DAY,)]


def test_a_bare_number_behind_an_expression_is_set_aside(
    land_books: Callable[..., dict[str, Any]], landed: Any
) -> None:
    """It could also be a number that the expression made of another day."""
    more = ', transformLogic: "coalesce(value, c)"'
    receipt = land_books(xlsx(("A", -SERIAL), ("B", SERIAL), ("C", None, str(SERIAL))), more=more)
    assert receipt["reasons"] == {"not_a_date:posted_on": 2}
    assert landed("job_posting", "posting_id, posted_on::varchar") == [("A", DAY)]


def test_books_of_both_date_systems_in_one_delivery(
    land_books: Callable[..., dict[str, Any]], landed: Any
) -> None:
    receipt = land_books(xlsx(("A", SERIAL)), xlsx(("B", SERIAL + 1462), is_1904=False), xlsx(("C", SERIAL)))
    assert receipt["n_loaded"] == 3
    assert landed("job_posting", "posting_id, posted_on::varchar") == [("A", DAY), ("B", DAY), ("C", DAY)]


def test_the_newest_row_is_found_whatever_the_format_of_its_cell(
    land_books: Callable[..., dict[str, Any]], landed: Any
) -> None:
    """43647, without a format, is a day later than 2023-07-01 as a day."""
    rule = "{property: sameKey, value: {newest: c}}"
    rows = (("A", -SERIAL, SERIAL + 1), ("A", -SERIAL - 1, "2023-07-01"))
    assert land_books(xlsx(*rows), rule=rule)["n_conflicting"] == 1
    assert landed("job_posting", "posted_on::varchar") == [(DAY,)]
