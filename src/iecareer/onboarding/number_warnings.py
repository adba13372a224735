"""Warn about bare numbers that a contract takes for industries, although a registration export has numbers of its own.

Input: a contract and files. Output: warnings with counts and headers, never a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.parse.connection import open_landing
from iecareer.onboarding.missing_columns import contract_samples
from iecareer.onboarding.other_code_lists import REGISTRATION
from iecareer.onboarding.sample_reader import Sample
from iecareer.sources import Mapping, SourceSystem, Table


def number_warnings(
    kind: RecordType, table: Table, system: SourceSystem, files: Sequence[Path]
) -> tuple[str, ...]:
    """One warning for each header of a registration whose bare numbers are loaded as industries without a map."""
    own = [m for m in table.mappings if m.column == "industry_code" and m.transform is None]
    if kind.name != REGISTRATION or system.server or not own:
        return ()
    try:
        with open_landing() as connection:
            found = [
                sentence
                for sample in contract_samples(connection, files, table, system)
                for sentence in _sentences(connection, sample, own[0])
            ]
    except (IecareerError, duckdb.Error):
        return ()  # Landing itself reports files that it cannot read.
    return tuple(dict.fromkeys(found))


def _sentences(connection: duckdb.DuckDBPyConnection, sample: Sample, mapping: Mapping) -> Iterator[str]:
    header = next((name for name in map(normal_header, mapping.headers) if name in sample.columns), None)
    if header is None:
        return
    n = connection.execute(
        f"""select count(*) from (select normal({sample.columns[header]}) as t from sample)
        where regexp_full_match(t, '[0-9]+') and t not in (select unnest($mapped::varchar[]))""",
        {"mapped": [*mapping.value_map, *mapping.null_values]},
    ).fetchall()[0][0]
    if n:
        yield (
            f"'{header}': {n:,} cells are bare numbers, which the contract takes for codes of GB/T 4754. In exports of "
            "the employment system they are of its own list (22 is manufacturing there): then take the names, or map "
            "the numbers."
        )
