"""Chinese and English words of columns, tables and codes, read from the CSV files beside this module."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class ColumnWords:
    """Headings of one column; `format` is text, word, main or a number format of the workbook."""

    column: str
    label_zh: str
    label_en: str
    unit: str
    format: str
    width: str


@dataclass(frozen=True)
class TableWords:
    """Title and note of one table; `main` is the column that shows the text of a withheld row."""

    table: str
    main: str
    title_zh: str
    title_en: str
    note_zh: str
    note_en: str


def _rows(name: str) -> list[dict[str, str]]:
    with (_WORDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def columns() -> dict[str, ColumnWords]:
    """Column words by column name."""
    return {row["column"]: ColumnWords(**row) for row in _rows("columns.csv")}


@cache
def tables() -> dict[str, TableWords]:
    """Table words by table name, in the order of a workbook's sheets."""
    return {row["table"]: TableWords(**row) for row in _rows("tables.csv")}


@cache
def _values() -> dict[tuple[str, str], tuple[str, str]]:
    return {(row["column"], row["value"]): (row["zh"], row["en"]) for row in _rows("values.csv")}


def of_value(column: str, value: object) -> tuple[str, str]:
    """Chinese and English words of a code value; the value itself if there are none."""
    if value is None or value == "":
        return "", ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _values().get((column, text), (text, text))


def both(column: str, value: object) -> str:
    """Chinese and English words in one cell."""
    zh, en = of_value(column, value)
    return zh if zh == en else f"{zh} {en}"
