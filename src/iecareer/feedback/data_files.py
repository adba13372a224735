"""Tables of one institution for machines: CSV (UTF-8 with BOM for Excel) and Parquet with the same rows."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from iecareer.feedback import wording

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

# Spreadsheets may read text with these first characters, of half or full width, as a formula.
_RUNS = r"^([=+\-@|\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"
_BOM = b"\xef\xbb\xbf"


def write_data(folder: Path, tables: dict[str, pa.Table]) -> None:
    """Write every table as ``<name>.csv`` and ``<name>.parquet``, and what their columns mean as ``columns.csv``.

    Text that a spreadsheet might read as a formula gets a leading apostrophe.
    """
    import pyarrow.csv
    import pyarrow.parquet as pq

    folder.mkdir(parents=True)
    for name, table in tables.items():
        safe = harmless(table)
        pq.write_table(safe, folder / f"{name}.parquet")
        with (folder / f"{name}.csv").open("wb") as file:
            file.write(_BOM)
            pyarrow.csv.write_csv(safe, file)
    _write_dictionary(folder / "columns.csv")


def harmless(table: pa.Table) -> pa.Table:
    """The table; text that a spreadsheet might read as a formula gets a leading apostrophe."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            defused = pc.replace_substring_regex(table.column(at), _RUNS, r"'\1")
            table = table.set_column(at, field, defused)
    return table


def _write_dictionary(path: Path) -> None:
    """What every column of the data files means, in Chinese and English, with its unit."""
    names = ("column", "label_zh", "label_en", "unit")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([getattr(words, name) for name in names] for words in wording.columns().values())
