"""Fill in templates, and write the same rows as files in the exchange format."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from iecareer.contracts import Column, RecordType
from iecareer.contracts.divisions import known_divisions
from iecareer.contracts.publication.labels import said
from iecareer.contracts.publication.template import template
from tests.people import credit_code, resident_id

FIRST_ROW = 7
HEADER_ROW = 5
Row = dict[str, Any]


# Valid values by kind, another one for each row; leading zeros are there to be kept.
DISTRICTS = sorted(code for code in known_divisions() if not code.endswith("00"))
VALUES: dict[str, Callable[[int, int], Any]] = {
    "person": lambda number, _: resident_id(number + 1),
    "credit_code": lambda number, place: credit_code(100 * place + number),
    "institution_code": lambda number, _: f"{133010800 + number:010}",
    "program_code": lambda number, _: f"{30103 + number:06}",
    "region_code": lambda number, _: DISTRICTS[number],
    "occupation_code": lambda number, _: f"6-18-01-{number:02}",
    "date": lambda number, place: date(2012, 9, 1) + timedelta(days=400 * place + number),
    "month": lambda number, _: date(2024, number % 12 + 1, 1),
    # Twelve rows: whoever was born in these years was old enough in the year of enrolment.
    "year": lambda number, _: 1992 + number,
    "integer": lambda number, _: 3 + number,
    "number": lambda number, _: 12.5 + number,
    "money": lambda number, _: 12.5 + number,
    "boolean": lambda number, _: "true" if number % 2 else "false",
    "industry_code": lambda number, _: f"{1011 + number:04}" if number % 2 else f"C{1311 + number}",
    "code": lambda number, _: f"007-{number}",
    "text": lambda number, _: f"第{number}行，“引号”与,逗号",
}


def value(column: Column, number: int, place: int) -> Any:
    """A valid value of the column in the exchange format, different for each row `number`."""
    if column.allowed:
        return column.allowed[number % len(column.allowed)]
    return VALUES[column.kind](number, place)


def rows_of(kind: RecordType, n: int = 12) -> list[Row]:
    """Valid rows with distinct keys; in every third row the optional columns are empty."""
    return [
        {
            column.name: value(column, number, place) if column.required or number % 3 else None
            for place, column in enumerate(kind.columns)
        }
        for number in range(n)
    ]


def typed(column: Column, told: Any) -> Any:
    """The text that a clerk types or selects for a value."""
    return (
        said(column, told) if isinstance(told, str) and (column.labels or column.kind == "boolean") else told
    )


def filled(kind: RecordType, rows: list[Row], office: str = "") -> openpyxl.Workbook:
    """The template with those rows below its example row."""
    book = openpyxl.load_workbook(io.BytesIO(template(kind, office)))
    sheet = book.worksheets[0]
    place = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for number, row in enumerate(rows, start=FIRST_ROW):
        for column in kind.columns:
            if row[column.name] is not None:
                sheet.cell(number, place[column.label_zh]).value = typed(column, row[column.name])
    return book


@pytest.fixture
def fill(tmp_path: Path) -> Callable[..., Path]:
    """Fill in a template, change it as `change` says, and save it."""

    def save(
        kind: RecordType,
        rows: list[Row] | None = None,
        *,
        office: str = "",
        name: str = "学院上报 第3稿.xlsx",
        change: Callable[[openpyxl.Workbook], object] | None = None,
    ) -> Path:
        book = filled(kind, rows_of(kind) if rows is None else rows, office)
        if change:
            change(book)
        path = tmp_path / name
        book.save(path)
        return path

    return save


@pytest.fixture
def write_exchange(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a CSV file of the exchange format."""

    def write(kind: RecordType, rows: list[Row]) -> Path:
        path = tmp_path / "exchange" / f"{kind.name}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, [column.name for column in kind.columns])
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write
