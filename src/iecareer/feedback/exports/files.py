"""Export files: CSV (UTF-8 without a byte-order mark) and Parquet with the same rows, written a part at a time."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from iecareer.feedback.data_files import harmless
from iecareer.feedback.exports.schema import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from iecareer.feedback.published import Row

_AT_ONCE = 20_000


def write_export(folder: Path, name: str, rows: Iterator[Row]) -> None:
    """Write rows with the columns of the export `name`; a column that a row lacks is empty."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    kinds = {"text": pa.string(), "integer": pa.int64()}
    schema = pa.schema([(column, kinds[kind]) for column, kind in columns_of(name).items()])
    with (
        pyarrow.csv.CSVWriter(folder / f"{name}.csv", schema) as lines,
        pq.ParquetWriter(folder / f"{name}.parquet", schema) as out,
    ):
        while some := list(islice(rows, _AT_ONCE)):
            table = harmless(pa.Table.from_pylist(some, schema))
            lines.write_table(table)
            out.write_table(table)
