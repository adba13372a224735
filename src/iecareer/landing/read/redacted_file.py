"""Redacted files: the encrypted chunks that were kept of an archived file when a person was erased."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.read.chunk import Chunk
from iecareer.persons.sealing import unsealed
from iecareer.settings import lake

PURPOSE = "redacted archive"
END = "end"
REMOVED = "removed"


def redacted_folder(sha256: str, source_id: str, record_type: str) -> Path:
    """The folder of an archived file's redacted chunks, as the source reads the file for the record type."""
    return lake() / "redacted" / sha256[:2] / f"{sha256}.{source_id}.{record_type}"


def is_redacted(sha256: str, source_id: str, record_type: str) -> bool:
    """Whether the archived file was replaced by its redacted chunks."""
    return (redacted_folder(sha256, source_id, record_type) / END).exists()


def is_removed(sha256: str, source_id: str, record_type: str) -> bool:
    """Whether nothing of the archived file was kept."""
    folder = redacted_folder(sha256, source_id, record_type)
    return is_redacted(sha256, source_id, record_type) and _end(folder) == REMOVED


def read_redacted(connection: duckdb.DuckDBPyConnection, folder: Path, place: str) -> Iterator[Chunk]:
    """Read a redacted file chunk by chunk into the table `raw`.

    Raises
    ------
    IecareerError
        When no text of the file was kept.
    """
    end = _end(folder)
    if end == REMOVED:
        raise IecareerError(
            f"{place}: the archived file was removed when a person was erased, so it cannot be conformed again.",
            next_step="Ask the office for the file without that person. The rows conformed earlier stay in use.",
        )
    for number in range(int(end)):
        yield _read_piece(connection, folder, number)


def _end(folder: Path) -> str:
    return unsealed((folder / END).read_bytes(), PURPOSE, f"{folder.name}/{END}").decode()


def _read_piece(connection: duckdb.DuckDBPyConnection, folder: Path, number: int) -> Chunk:
    import pyarrow.parquet as pq

    name = f"{number:06}"
    table = pq.read_table(
        io.BytesIO(unsealed((folder / name).read_bytes(), PURPOSE, f"{folder.name}/{name}"))
    )
    connection.register("redacted_rows", table)
    connection.execute("create temp table raw as from redacted_rows")
    connection.unregister("redacted_rows")
    return Chunk(**json.loads(table.schema.metadata[b"raw"]))
