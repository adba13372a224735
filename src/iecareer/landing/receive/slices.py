"""Archives fetched rows in slices: Parquet with text columns, never unencrypted on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from iecareer.errors import IecareerError
from iecareer.landing.receive.archive import receive_bytes
from iecareer.landing.received import Received

SLICE_ROWS = 200_000
SLICE_BYTES = 64 << 20


def archived(data: bytes, name: str) -> Received:
    """Archive one slice.

    Raises
    ------
    IecareerError
        When the slice cannot be written to the home.
    """
    try:
        return Received(name, *receive_bytes(data))
    except OSError as error:
        raise IecareerError(
            f"{name}: cannot be archived ({error.strerror}).",
            next_step="Check free space and permissions of the home.",
        ) from None


def archived_rows(batches: Iterable[Any], schema: Any, name: str) -> list[Received]:
    """Archive Arrow batches of text in slices of at most 200,000 rows and about 64 MiB; at least one slice."""
    return [
        archived(parquet(group, schema), f"{name}-{number:05d}.parquet")
        for number, group in enumerate(_grouped(batches), 1)
    ]


def parquet(batches: Sequence[Any], schema: Any) -> bytes:
    """Arrow batches as the bytes of one Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_batches(batches, schema), sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _grouped(batches: Iterable[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    n_groups = n_rows = n_bytes = 0
    for batch in batches:
        if group and (n_rows + batch.num_rows > SLICE_ROWS or n_bytes + batch.nbytes > SLICE_BYTES):
            yield group
            n_groups, group, n_rows, n_bytes = n_groups + 1, [], 0, 0
        group.append(batch)
        n_rows, n_bytes = n_rows + batch.num_rows, n_bytes + batch.nbytes
    if group or not n_groups:
        yield group
