"""Reads an archived file under its contract, or its redacted text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from iecareer.landing.names import masked_name, normal_header
from iecareer.landing.read import format_of, read
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.redacted_file import is_redacted, read_redacted, redacted_folder
from iecareer.landing.receive.archive import Archived
from iecareer.landing.receive.assignment import belonging
from iecareer.landing.received import Received
from iecareer.sources import SourceSystem, Table


def read_archived(
    connection: duckdb.DuckDBPyConnection,
    system: SourceSystem,
    table: Table,
    file: Received,
    *,
    is_lazy: bool = False,
) -> Iterator[Chunk]:
    """Read an archived file chunk by chunk; `is_lazy` as in :class:`Request`."""
    label = f"{system.source_id}, {file.name}"
    key = (file.sha256, system.source_id, table.record_type)
    if is_redacted(*key):
        return read_redacted(connection, redacted_folder(*key), label)
    headers = {normal_header(header) for names in table.headers for header in names}
    request = Request(
        label,
        frozenset(headers),
        None if system.server else table.selector,
        system.delimiter,
        system.encoding,
        system.header_row,
        belonging=lambda names: belonging(names, Path(file.name).name, table, system),
        is_lazy=is_lazy,
    )
    found = read(connection, Archived(file.sha256), system.format or format_of(file.name), request)
    return _with_masked_sheets(found)


def _with_masked_sheets(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The chunks, with possible identity numbers masked in the names of sheets; equal masked names get a number."""
    names: dict[str | None, str | None] = {None: None}
    for chunk in chunks:
        if chunk.sheet not in names:
            masked = masked_name(chunk.sheet or "")
            names[chunk.sheet] = f"{masked} ({len(names)})" if masked in names.values() else masked
        yield replace(chunk, sheet=names[chunk.sheet])
