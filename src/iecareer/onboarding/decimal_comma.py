"""Warn about amounts with a decimal comma that the contract reads as a thousands separator, or cannot read.

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
from iecareer.onboarding.column_profile import COMMA, EITHER, EUROPEAN
from iecareer.onboarding.missing_columns import contract_samples
from iecareer.onboarding.sample_reader import Sample
from iecareer.sources import SourceSystem, Table

_KINDS = ("integer", "number", "money")


def comma_warnings(
    kind: RecordType, table: Table, system: SourceSystem, files: Sequence[Path]
) -> tuple[str, ...]:
    """One warning for each column of untransformed numbers whose cells may have a decimal comma."""
    plain = {
        normal_header(header)
        for mapping in table.mappings
        for header in mapping.headers
        if mapping.transform is None and (column := kind.column(mapping.column)) and column.kind in _KINDS
    }
    if system.server or not plain:
        return ()
    try:
        with open_landing() as connection:
            found = [
                sentence
                for sample in contract_samples(connection, files, table, system)
                for sentence in _sentences(connection, sample, plain)
            ]
    except (IecareerError, duckdb.Error):
        return ()  # Landing itself reports files that it cannot read.
    return tuple(dict.fromkeys(found))


def _sentences(connection: duckdb.DuckDBPyConnection, sample: Sample, headers: set[str]) -> Iterator[str]:
    for header in sorted(headers & set(sample.columns)):
        cell = f"(select normal({sample.columns[header]}) as t from sample)"
        n_sure, n_either = connection.execute(
            f"select count(*) filter ({COMMA}), count(*) filter ({EITHER}) from {cell}"
        ).fetchall()[0]
        line = f'transformLogic: "decimal_comma(\\"{header}\\")"'
        if n_sure:
            yield f"'{header}': {n_sure:,} cells have a decimal comma, which the contract does not read. Write {line}."
        elif n_either and sample.delimiter == EUROPEAN:
            yield (
                f"'{header}': the comma in {n_either:,} cells is read as thousands separator. Files with semicolons as "
                f"delimiter often use a decimal comma; if this one does, write {line}."
            )
