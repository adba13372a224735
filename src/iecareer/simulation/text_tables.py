"""Build tables of a record type with text cells in the exchange format; empty cells are null."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from iecareer.simulation.timeline import Array, Flags


def text_table(**columns: Array | Sequence[str | None] | pa.Array) -> pa.Table:
    """A table with one text column per keyword; dates become ISO text, booleans ``true`` and ``false``."""
    return pa.table({name: as_text(values) for name, values in columns.items()})


def as_text(values: Array | Sequence[str | None] | pa.Array) -> pa.Array:
    """The values as Arrow strings."""
    column = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(_native(values))
    return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())


def where(condition: Flags, values: pa.Array | Array) -> pa.Array:
    """The values as text, null where the condition does not hold."""
    return pc.if_else(pa.array(condition), as_text(values), pa.scalar(None, pa.string()))


def pick(choices: Sequence[str | None], positions: Array) -> pa.Array:
    """Take the choice at each position."""
    return pa.array(choices, pa.string()).take(pa.array(positions))


def _native(values: Array | Sequence[str | None]) -> Array | Sequence[str | None]:
    return values.astype(object) if isinstance(values, np.ndarray) and values.dtype.kind == "U" else values
