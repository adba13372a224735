"""Why files could not be landed: which required columns nothing fills, and what might."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.assignment import holds
from iecareer.landing.conform import forget, open_landing, prepare
from iecareer.landing.readers.raw import normal_header
from iecareer.landing.renamed import near_headers
from iecareer.onboarding.column_profile import profiles
from iecareer.onboarding.dictionary import columns_named
from iecareer.onboarding.header_match import NAMED_BY, Matching, matching
from iecareer.onboarding.live_samples import live_sample
from iecareer.onboarding.part_selection import takes
from iecareer.onboarding.sample_reader import Dialect, Sample, is_personal, samples
from iecareer.onboarding.todo_entries import missing_words
from iecareer.sources import SourceSystem, Table


@dataclass(frozen=True)
class Missing:
    """A column without a header in these files: the header it is mapped to, if any, and headers that might do.

    `write` is a line for the contract that would fill it.
    """

    column: str
    required: bool
    header: str | None
    near: tuple[str, ...]
    write: str | None = None


def headers_and_missing(
    files: Sequence[Path], table: Table, system: SourceSystem, kind: RecordType
) -> tuple[tuple[str, ...], tuple[Missing, ...]]:
    """Headers of the first file that belongs to the table, or of the live one, and the columns that lack one."""
    connection = open_landing()
    try:
        prepare(connection, kind)
        # As the contract says; else as a file that no contract knows yet.
        for is_told in (True,) if system.server else (True, False):
            with suppress(IecareerError):  # Landing itself has told why it cannot be read.
                for sample in samples_as_told(connection, files, table, system, is_told=is_told):
                    headers = tuple(name for name in sample.columns if not is_personal(name))
                    return headers, _missing(sample, table, matching(profiles(connection, sample), kind))
    finally:
        forget(connection)
        connection.close()
    return (), ()


def samples_as_told(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    table: Table,
    system: SourceSystem,
    *,
    is_told: bool = True,
) -> Iterator[Sample]:
    """What the table is read from, part by part: as the contract tells, or as if there were none.

    Raises
    ------
    IecareerError
        When a file cannot be read.
    """
    known = frozenset(normal_header(name) for mapping in table.mappings for name in mapping.headers)
    told = Dialect(system.delimiter, system.encoding, system.header_row, headers=known)
    if system.server:
        yield live_sample(connection, system.server, table.selector)
        return
    for path in files:
        if holds(path, table, system):
            for sample in samples(connection, path, told if is_told else Dialect()):
                if not (sample.selector and table.selector) or takes(table.selector, sample):
                    yield sample


def _missing(sample: Sample, table: Table, found: Matching) -> tuple[Missing, ...]:
    headers = tuple(sample.columns)
    told = found.near | {match.column.name: (match.profile.header,) for match in found.matches}
    near = {name: _open(name, others, unread(table, headers)) for name, others in told.items()}
    mapped = {mapping.column for mapping in table.mappings}
    gaps = [
        Missing(column.name, required=True, header=None, near=near.get(column.name, ()),
                write=missing_words(replace(found, near=near), column)[-1])
        for column in found.kind.columns
        if column.required and column.name not in mapped
    ]  # fmt: skip
    gaps += lost_headers(table, found.kind, headers, near)
    order = [column.name for column in found.kind.columns]
    return tuple(sorted(gaps, key=lambda gap: order.index(gap.column)))


def lost_headers(
    table: Table, kind: RecordType, headers: Sequence[str], told: dict[str, tuple[str, ...]]
) -> Iterator[Missing]:
    """Mapped headers that a file does not have, with those that may be theirs: spelt alike, or `told` by the cells."""
    others = unread(table, headers)
    for mapping in table.mappings:
        column = kind.column(mapping.column)
        if column is None or not mapping.headers or {*map(normal_header, mapping.headers)} & set(headers):
            continue
        wanted = mapping.headers[0]
        known = [name for name in others if column.name in columns_named(name)]
        spelt = near_headers(wanted, column.name, others, columns_named)
        near = tuple(dict.fromkeys([*spelt, *known, *told.get(column.name, ())]))
        write = f"synonyms: [{{synonym: {near[0]}}}]" if near else None
        yield Missing(column.name, column.required, wanted, near, write)


def unread(table: Table, headers: Sequence[str]) -> tuple[str, ...]:
    """Headers that nothing reads and that may be shown; one that a transformation names is read."""
    read = {normal_header(name) for mapping in table.mappings for name in mapping.headers}
    spoken = " ".join(mapping.transform or "" for mapping in table.mappings)
    return tuple(
        name for name in headers if name not in read and f'"{name}"' not in spoken and not is_personal(name)
    )


def _open(column: str, near: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Those that nothing reads, and that are not known as the name of another column but of what the code names."""
    meant = {column, NAMED_BY.get(column, ("", ""))[1]}
    return tuple(
        name for name in near if name in others and (not (named := columns_named(name)) or named & meant)
    )
