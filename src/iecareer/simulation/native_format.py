"""From record-type columns to a bureau's own headers and values, as its contract maps them, in the other direction."""

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
    """The table under the headers of the source; `variant` chooses among a column's headers of different years."""
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
    """Cells in the source's own words; empty ones as the source writes them."""
    if mapping.value_map:
        known = pa.array(mapping.value_map.values(), pa.string())
        words = pa.array(mapping.value_map.keys(), pa.string())
        values = pc.coalesce(words.take(pc.index_in(values, known).combine_chunks()), values)
    return pc.fill_null(values, mapping.null_values[0]) if mapping.null_values else values


@cache
def _systems() -> dict[str, SourceSystem]:
    """All source systems, read once: a simulation writes hundreds of files."""
    return load_systems()
