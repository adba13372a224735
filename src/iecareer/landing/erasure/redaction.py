"""Redaction: an archived file is replaced by the text of its rows, without the rows of an erased person.

The kept text is the table `raw` that the reader gives under the current contract, chunk by chunk, encrypted, with
headers and line numbers. The delivery can be conformed again from this text. The archived bytes are deleted.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from iecareer.landing.names import masked_name
from iecareer.landing.read.chunk import Chunk
from iecareer.landing.read.redacted_file import END, PURPOSE, REMOVED
from iecareer.persons.sealing import sealed

Place = Callable[[Path], Path]


@dataclass(frozen=True)
class Gone:
    """What to remove: rows for which the SQL of `rows` is true, and columns whose headers `names` finds identifying."""

    rows: Callable[[Chunk], str]
    names: Callable[[str], bool] = lambda _: False


def hits(connection: duckdb.DuckDBPyConnection, pieces: Iterator[Chunk], gone: Gone) -> int:
    """Numbers of rows and headers of a file that must be removed."""
    found = 0
    for chunk in pieces:
        found += connection.execute(f"select count(*) from raw where {gone.rows(chunk)}").fetchall()[0][0]
        found += sum(map(gone.names, chunk.columns))
        connection.execute("drop table raw")
    return found


def write_redacted(
    connection: duckdb.DuckDBPyConnection, pieces: Iterator[Chunk], gone: Gone, folder: Path, place: Place
) -> None:
    """Write everything that stays, for `folder`; `place` maps a path to the path at which its file is staged."""
    number = 0
    for chunk in pieces:
        columns = {header: name for header, name in chunk.columns.items() if not gone.names(header)}
        named = ", ".join(("_line", "_malformed", *dict.fromkeys(columns.values())))
        kept = connection.sql(f"select {named} from raw where not ({gone.rows(chunk)})").to_arrow_table()
        connection.execute("drop table raw")
        metadata = json.dumps(
            {
                "columns": columns,
                "sheet": masked_name(chunk.sheet) if chunk.sheet else None,
                "counts_from_1904": chunk.counts_from_1904,
            }
        )
        _write(place(folder / f"{number:06}"), _parquet(kept, metadata), f"{folder.name}/{number:06}")
        number += 1
    _write(place(folder / END), str(number).encode(), f"{folder.name}/{END}")


def write_removed(folder: Path, place: Place) -> None:
    """Mark the file as removed: no text of it is kept."""
    for path in folder.glob("*"):
        place(path).write_bytes(b"")
    _write(place(folder / END), REMOVED.encode(), f"{folder.name}/{END}")


def put(folder: Path, fill: Callable[[Place], object]) -> None:
    """Write a redacted file atomically, outside a swap."""
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    fill(lambda path: draft / path.name)
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def _parquet(table: Any, metadata: str) -> bytes:
    import pyarrow.parquet as pq

    clear = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"raw": metadata}), clear, compression="zstd")
    return clear.getvalue()


def _write(path: Path, data: bytes, place: str) -> None:
    path.write_bytes(sealed(data, PURPOSE, place))
