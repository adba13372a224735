"""Write files: CSV in any encoding, JSON Lines, workbooks with title and totals rows, SQLite.

The same table always gives the same bytes.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import xlsxwriter

_MADE_AT = datetime(2026, 11, 20, 8, 0, 0)  # noqa: DTZ001 (a workbook's properties carry no zone)


def write_csv(path: Path, table: pa.Table, encoding: str) -> None:
    """Write a CSV file; `encoding` is a Python codec name."""
    buffer = io.BytesIO()
    # Combine chunks, because Arrow writes stale bytes for chunks without rows.
    if table.num_rows:
        pyarrow.csv.write_csv(table.combine_chunks(), buffer, pyarrow.csv.WriteOptions(include_header=False))
    body, header = buffer.getvalue(), (",".join(table.column_names) + "\n").encode(encoding)
    if not encoding.startswith("utf-8") and not body.isascii():
        body = body.decode("utf-8").encode(encoding)
    path.write_bytes(header + body)


def write_jsonl(path: Path, table: pa.Table, numbers: Sequence[str] = ()) -> None:
    """Write JSON Lines; empty cells are null, and the columns in `numbers` become JSON numbers."""
    for name in numbers:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.int64()))
    connection = duckdb.connect()
    connection.register("rows_", table)
    connection.execute(
        f"copy (select * from rows_) to '{str(path).replace(chr(39), chr(39) * 2)}' (format json)"
    )
    connection.close()


def write_workbook(path: Path, sheets: dict[str, tuple[str, pa.Table]]) -> None:
    """Write a workbook; each sheet has a merged title row, headers, rows, and a totals row (合计)."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _MADE_AT})
        for name, (title, table) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, table.num_columns - 1, title)
            sheet.write_row(1, 0, table.column_names)
            for number, row in enumerate(
                zip(*(column.to_pylist() for column in table.columns), strict=True), 2
            ):
                sheet.write_row(number, 0, [cell if cell is not None else "" for cell in row])
            sheet.write_row(table.num_rows + 2, 0, ["合计", "", f"{table.num_rows}条"])


def write_sqlite(path: Path, tables: dict[str, pa.Table]) -> None:
    """Write a SQLite database with text columns."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for name, table in tables.items():
        columns = ", ".join(f'"{column}" text' for column in table.column_names)
        connection.execute(f'create table "{name}" ({columns})')
        marks = ", ".join("?" * table.num_columns)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        connection.executemany(f'insert into "{name}" values ({marks})', rows)
    connection.commit()
    connection.close()
