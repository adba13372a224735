"""Tables of one institution for machines: CSV (UTF-8 with BOM for Excel) and Parquet with the same rows."""

from __future__ import annotations

import csv
from io import BytesIO
from typing import TYPE_CHECKING

from iecareer.feedback import wording
from iecareer.feedback.published import with_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

# Spreadsheets may read text with these first characters, of half or full width, as a formula.
_RUNS = r"^([=+\-@|\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"
_OF_COLUMN = ("column", "label_zh", "label_en", "unit")
_OF_TABLE = ("table", "title_zh", "title_en", "note_zh", "note_en")
_BOM = b"\xef\xbb\xbf"


def write_data(folder: Path, tables: dict[str, pa.Table]) -> None:
    """Write every table as ``<name>.csv`` and ``<name>.parquet``, and what they mean: ``tables.csv``, ``columns.csv``.

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
    write_meanings(folder, tables)


def write_stream(folder: Path, name: str, batches: pa.RecordBatchReader) -> None:
    """Write one table of any size as ``<name>.csv`` and ``<name>.parquet``, a part at a time."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    schema = batches.schema
    with (
        (folder / f"{name}.csv").open("wb") as file,
        pq.ParquetWriter(folder / f"{name}.parquet", schema) as out,
    ):
        file.write(_BOM)
        with pyarrow.csv.CSVWriter(file, schema) as rows:
            for batch in batches:
                safe = harmless(pa.Table.from_batches([batch]))
                rows.write_table(safe)
                out.write_table(safe)


def write_meanings(folder: Path, tables: Iterable[str]) -> None:
    """Write what these tables and all columns mean: ``tables.csv`` and ``columns.csv``."""
    named = set(tables)
    _write_dictionary(folder / "columns.csv", _OF_COLUMN, wording.columns().values())
    _write_dictionary(
        folder / "tables.csv", _OF_TABLE, [words for name, words in wording.tables().items() if name in named]
    )


def csv_bytes(columns: Mapping[str, Sequence[object]]) -> bytes:
    """One table as CSV (UTF-8 with BOM for Excel); text that might be read as a formula gets an apostrophe."""
    import pyarrow as pa
    import pyarrow.csv

    file = BytesIO(_BOM)
    file.seek(len(_BOM))
    made = {name: pa.array(values) for name, values in columns.items()}
    # a column without any value has no type that CSV knows
    typed = {name: one.cast(pa.string()) if pa.types.is_null(one.type) else one for name, one in made.items()}
    pyarrow.csv.write_csv(harmless(pa.table(typed)), file)
    return file.getvalue()


def harmless(table: pa.Table) -> pa.Table:
    """The table; text that a spreadsheet might read as a formula gets a leading apostrophe."""
    import pyarrow.compute as pc

    return with_texts(table, lambda column: pc.replace_substring_regex(column, _RUNS, r"'\1"))


def _write_dictionary(path: Path, names: tuple[str, ...], words: Iterable[object]) -> None:
    """What tables and columns mean, in Chinese and English."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([getattr(one, name) for name in names] for one in words)
