"""Find the columns for which files have no header, and headers that might fill them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.parse.header_match import near_headers
from iecareer.landing.receive.assignment import holds
from iecareer.onboarding.column_profile import profiles
from iecareer.onboarding.dictionary import columns_named
from iecareer.onboarding.header_match import NAMED_BY, Matching, matching
from iecareer.onboarding.live_samples import live_sample
from iecareer.onboarding.sample_reader import Dialect, Sample, is_personal, samples
from iecareer.onboarding.selector_pattern import selects
from iecareer.onboarding.todo_entries import todo_entry
from iecareer.sources import SourceSystem, Table


@dataclass(frozen=True)
class Missing:
    """A column without a header in these files.

    `header` is the header it is mapped to, if any. `near` are headers that might fill it. `write` is a line for the
    contract that would map one of them.
    """

    column: str
    required: bool
    header: str | None
    near: tuple[str, ...]
    write: str | None = None


def headers_and_missing(
    files: Sequence[Path], table: Table, system: SourceSystem, kind: RecordType
) -> tuple[tuple[str, ...], tuple[Missing, ...]]:
    """Headers of the first file (or live table) that the table is read from, and the columns without a header."""
    with open_landing() as connection:
        # First with the contract's file format, then with a detected one.
        for by_contract in (True,) if system.server else (True, False):
            with suppress(IecareerError):  # Landing itself reports why a file cannot be read.
                for sample in contract_samples(connection, files, table, system, by_contract=by_contract):
                    headers = tuple(name for name in sample.columns if not is_personal(name))
                    return headers, _missing(sample, table, matching(profiles(connection, sample), kind))
    return (), ()


def contract_samples(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    table: Table,
    system: SourceSystem,
    *,
    by_contract: bool = True,
) -> Iterator[Sample]:
    """The parts that the table is read from, in the file format of the contract or in a detected one.

    Raises
    ------
    IecareerError
        When a file cannot be read.
    """
    known = frozenset(normal_header(name) for names in table.headers for name in names)
    dialect = Dialect(system.delimiter, system.encoding, system.header_row, headers=known)
    if system.server:
        yield live_sample(connection, system.server, table.selector)
        return
    for path in files:
        if holds(path, table, system):
            for sample in samples(connection, path, dialect if by_contract else Dialect()):
                if not (sample.selector and table.selector) or selects(table.selector, sample):
                    yield sample


def _missing(sample: Sample, table: Table, found: Matching) -> tuple[Missing, ...]:
    headers = tuple(sample.columns)
    candidates = found.near | {match.column.name: (match.profile.header,) for match in found.matches}
    near = {
        name: _unused_candidates(name, others, unused_headers(table, headers))
        for name, others in candidates.items()
    }
    mapped = {mapping.column for mapping in table.mappings} | set(table.rules.made_columns)
    gaps = [
        Missing(column.name, required=True, header=None, near=near.get(column.name, ()),
                write=todo_entry(replace(found, near=near), column)[-1])
        for column in found.kind.columns
        if column.required and column.name not in mapped
    ]  # fmt: skip
    gaps += lost_headers(table, found.kind, headers, near)
    order = [column.name for column in found.kind.columns]
    return tuple(sorted(gaps, key=lambda gap: order.index(gap.column)))


def lost_headers(
    table: Table, kind: RecordType, headers: Sequence[str], by_contents: dict[str, tuple[str, ...]]
) -> Iterator[Missing]:
    """Mapped headers that a file lacks, with headers that may replace them, by spelling or `by_contents`."""
    others = unused_headers(table, headers)
    for mapping in table.mappings:
        column = kind.column(mapping.column)
        if column is None or not mapping.headers or {*map(normal_header, mapping.headers)} & set(headers):
            continue
        wanted = mapping.headers[0]
        known = [name for name in others if column.name in columns_named(name)]
        spelt = near_headers(wanted, column.name, others, columns_named)
        near = tuple(dict.fromkeys([*spelt, *known, *by_contents.get(column.name, ())]))
        write = f"synonyms: [{{synonym: {near[0]}}}]" if near else None
        yield Missing(column.name, column.required, wanted, near, write)


def unused_headers(table: Table, headers: Sequence[str]) -> tuple[str, ...]:
    """Headers that no mapping or transformation reads, without those that may be personal data."""
    read = {normal_header(name) for names in table.headers for name in names}
    months = table.rules.month_columns
    transforms = " ".join(mapping.transform or "" for mapping in table.mappings)
    return tuple(
        name
        for name in headers
        if name not in read
        and not (months and (name == months.header or months.month_in(name)))
        and f'"{name}"' not in transforms
        and not is_personal(name)
    )


def _unused_candidates(column: str, near: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Unused headers that are not a known name of another column."""
    meant = {column, NAMED_BY.get(column, ("", ""))[1]}
    return tuple(
        name for name in near if name in others and (not (named := columns_named(name)) or named & meant)
    )
