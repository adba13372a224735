"""Redaction: an archived file gives way to the text of its rows without those of an erased person.

What is kept is what the reader gave under the contract of the day: `raw`, piece by piece, headers and line numbers as
they were, sealed. From it the delivery can be conformed anew. The archived bytes themselves go.
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

from iecareer.errors import IecareerError
from iecareer.landing.names import masked_name
from iecareer.landing.read.chunk import Raw
from iecareer.persons.sealing import sealed, unsealed
from iecareer.settings import lake

Place = Callable[[Path], Path]
_PURPOSE = "redacted archive"
_END = "end"
_REMOVED = "removed"


@dataclass(frozen=True)
class Gone:
    """What is to go: rows of which the SQL of `rows` is true, and columns under headers that `names` finds telling."""

    rows: Callable[[Raw], str]
    names: Callable[[str], bool] = lambda _: False


def redacted_folder(sha256: str, source_id: str, record_type: str) -> Path:
    """The folder of the redacted text of an archived file, as that source reads it for that record type."""
    return lake() / "redacted" / sha256[:2] / f"{sha256}.{source_id}.{record_type}"


def is_redacted(sha256: str, source_id: str, record_type: str) -> bool:
    """Whether the archived file has given way to its redacted text."""
    return (redacted_folder(sha256, source_id, record_type) / _END).exists()


def is_removed(sha256: str, source_id: str, record_type: str) -> bool:
    """Whether nothing of the archived file was kept."""
    folder = redacted_folder(sha256, source_id, record_type)
    return is_redacted(sha256, source_id, record_type) and _end(folder) == _REMOVED


def redacted(connection: duckdb.DuckDBPyConnection, folder: Path, place: str) -> Iterator[Raw]:
    """Read a redacted file as a reader does: one table `raw` after another.

    Raises
    ------
    IecareerError
        When nothing of the file could be kept.
    """
    end = _end(folder)
    if end == _REMOVED:
        raise IecareerError(
            f"{place}: the archived file was removed when a person was erased and cannot be conformed anew.",
            next_step="Ask the office for the file without that person. What was conformed before still counts.",
        )
    for number in range(int(end)):
        yield _read_piece(connection, folder, number)


def _end(folder: Path) -> str:
    return unsealed((folder / _END).read_bytes(), _PURPOSE, f"{folder.name}/{_END}").decode()


def hits(connection: duckdb.DuckDBPyConnection, pieces: Iterator[Raw], gone: Gone) -> int:
    """Rows and headers of a file that are to go."""
    found = 0
    for raw in pieces:
        found += connection.execute(f"select count(*) from raw where {gone.rows(raw)}").fetchall()[0][0]
        found += sum(map(gone.names, raw.columns))
        connection.execute("drop table raw")
    return found


def write_redacted(
    connection: duckdb.DuckDBPyConnection, pieces: Iterator[Raw], gone: Gone, folder: Path, place: Place
) -> None:
    """Write everything that stays, for `folder`; `place` maps a path to where its file is written first."""
    number = 0
    for raw in pieces:
        columns = {header: name for header, name in raw.columns.items() if not gone.names(header)}
        named = ", ".join(("_line", "_malformed", *dict.fromkeys(columns.values())))
        kept = connection.sql(f"select {named} from raw where not ({gone.rows(raw)})").to_arrow_table()
        connection.execute("drop table raw")
        header = json.dumps({"columns": columns, "sheet": masked_name(raw.sheet) if raw.sheet else None})
        _write(place(folder / f"{number:06}"), _parquet(kept, header), f"{folder.name}/{number:06}")
        number += 1
    _write(place(folder / _END), str(number).encode(), f"{folder.name}/{_END}")


def write_removed(folder: Path, place: Place) -> None:
    """Say that nothing of the file could be kept, whatever was written of it."""
    for path in folder.glob("*"):
        place(path).write_bytes(b"")
    _write(place(folder / _END), _REMOVED.encode(), f"{folder.name}/{_END}")


def put(folder: Path, fill: Callable[[Place], object]) -> None:
    """Write a redacted file outside a swap, as a whole."""
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    fill(lambda path: draft / path.name)
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def _parquet(table: Any, header: str) -> bytes:
    import pyarrow.parquet as pq

    clear = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"raw": header}), clear, compression="zstd")
    return clear.getvalue()


def _read_piece(connection: duckdb.DuckDBPyConnection, folder: Path, number: int) -> Raw:
    import pyarrow.parquet as pq

    name = f"{number:06}"
    table = pq.read_table(
        io.BytesIO(unsealed((folder / name).read_bytes(), _PURPOSE, f"{folder.name}/{name}"))
    )
    connection.register("redacted_rows", table)
    connection.execute("create temp table raw as from redacted_rows")
    connection.unregister("redacted_rows")
    header = json.loads(table.schema.metadata[b"raw"])
    return Raw(**header)


def _write(path: Path, data: bytes, place: str) -> None:
    path.write_bytes(sealed(data, _PURPOSE, place))
