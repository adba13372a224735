"""Convert record-type columns to a source's own headers and values: the reverse of its contract."""

from __future__ import annotations

from collections.abc import Mapping as Styles
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from iecareer.simulation.noise import Style
from iecareer.sources import Mapping, SourceSystem, load_systems


def to_native(
    source_id: str,
    record_type: str,
    table: pa.Table,
    styles: Styles[str, Style],
    variant: int,
    rng: np.random.Generator,
) -> pa.Table:
    """The table with the source's own headers and values; `variant` selects one of a column's several headers."""
    mappings = next(
        entry.mappings for entry in _systems()[source_id].tables if entry.record_type == record_type
    )
    columns: dict[str, pa.ChunkedArray] = {}
    for mapping in mappings:
        if mapping.headers:
            values = _raw_values(table[mapping.column], mapping)
            style = styles.get(mapping.column)
            header = mapping.headers[min(variant, len(mapping.headers) - 1)]
            columns[header] = style(values, rng) if style else values
    return pa.table(columns)


def _raw_values(values: pa.ChunkedArray, mapping: Mapping) -> pa.ChunkedArray:
    """The source's own values, with its own mark for empty cells."""
    if mapping.value_map:
        known = pa.array(mapping.value_map.values(), pa.string())
        words = pa.array(mapping.value_map.keys(), pa.string())
        values = pc.coalesce(words.take(pc.index_in(values, known).combine_chunks()), values)
    return pc.fill_null(values, mapping.null_values[0]) if mapping.null_values else values


@cache
def _systems() -> dict[str, SourceSystem]:
    """All source systems, cached because a simulation writes hundreds of files."""
    return load_systems()
