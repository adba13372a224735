"""The table `raw` from lists of text, for readers that split rows themselves."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb


def load_rows(
    connection: duckdb.DuckDBPyConnection,
    lines: Sequence[int],
    malformed: Sequence[bool | None],
    columns: Sequence[Sequence[str | None]],
) -> None:
    """Fill `raw` from lists of text, one per column, by way of Arrow."""
    import pyarrow as pa

    arrays = {"_line": pa.array(lines, pa.int64()), "_malformed": pa.array(malformed, pa.bool_())}
    arrays |= {f"c{position}": pa.array(values, pa.string()) for position, values in enumerate(columns)}
    connection.register("raw_rows", pa.table(arrays))
    connection.execute("create temp table raw as select * from raw_rows")
    connection.unregister("raw_rows")
