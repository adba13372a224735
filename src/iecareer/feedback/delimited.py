"""CSV files of one institution: UTF-8 with BOM for Excel, and no cell that a spreadsheet would execute."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from iecareer.feedback import wording

if TYPE_CHECKING:
    from pathlib import Path

    from iecareer.feedback.published import Row

# Spreadsheets read text with these first characters as a formula.
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """The value; text that a spreadsheet might read as a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.startswith(_RUNS):
        return f"'{value}"
    return value


def write_csv(path: Path, rows: list[Row], headers: list[str]) -> None:
    """Write rows under machine-readable headers; an absent value is an empty cell."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(headers)
        writer.writerows([[harmless(row[name]) for name in headers] for row in rows])


def write_dictionary(path: Path) -> None:
    """Write what every column of the CSV files means, in Chinese and English, with its unit."""
    headers = ["column", "label_zh", "label_en", "unit"]
    write_csv(path, [vars(words) for words in wording.columns().values()], headers)
