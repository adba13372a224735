"""Why files could not be landed: which required columns nothing fills, and what might."""

from __future__ import annotations

import difflib
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
from iecareer.onboarding.live import live_sample
from iecareer.onboarding.match import Matching, matching
from iecareer.onboarding.profile import profiles
from iecareer.onboarding.proposal import missing_words
from iecareer.onboarding.sample import Dialect, Sample, is_personal, samples
from iecareer.onboarding.selection import takes
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
    near = found.near | _suggested(found, table)
    mapped = {mapping.column: mapping for mapping in table.mappings}
    gaps = []
    for column in found.kind.columns:
        mapping, others = mapped.get(column.name), near.get(column.name, ())
        if mapping is None and column.required:
            line = missing_words(replace(found, near=near), column)[-1]
            gaps.append(Missing(column.name, required=True, header=None, near=others, write=line))
        if mapping and mapping.headers and not {*map(normal_header, mapping.headers)} & set(sample.columns):
            spelt = alike(mapping.headers[0], tuple(sample.columns))
            others = spelt + tuple(name for name in others if name not in spelt)
            write = f"synonyms: [{{synonym: {others[0]}}}]" if others else None
            gaps.append(Missing(column.name, column.required, mapping.headers[0], others, write))
    return tuple(gaps)


def _suggested(found: Matching, table: Table) -> dict[str, tuple[str, ...]]:
    """Headers that the columns would be filled from if nothing were mapped yet, unless the contract reads them."""
    read = {normal_header(name) for mapping in table.mappings for name in mapping.headers}
    return {m.column.name: (m.profile.header,) for m in found.matches if m.profile.header not in read}


def alike(header: str, others: Sequence[str]) -> tuple[str, ...]:
    """Headers spelt nearly the same, as far as they may be shown."""
    shown = [name for name in others if not is_personal(name)]
    return tuple(difflib.get_close_matches(normal_header(header), shown, n=2, cutoff=0.5))
