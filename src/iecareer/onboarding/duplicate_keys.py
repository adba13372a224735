"""Warn about different rows with the same key. Landing keeps only the last of them, so the others would be lost.

Input: the result of a rehearsal, and its files. Output: warnings with counts and columns, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.parse.connection import open_landing
from iecareer.onboarding.missing_columns import contract_samples
from iecareer.onboarding.sample_reader import ENOUGH_ROWS
from iecareer.onboarding.surrogate_keys import is_volatile
from iecareer.sources import SourceSystem, Table

_SMALL = 0.01
_LITERAL = re.compile(r"\s*(date\s*)?('[^']*'|[\d.]+)\s*", re.IGNORECASE)


def key_warnings(
    kind: RecordType,
    table: Table,
    system: SourceSystem,
    receipt: dict[str, Any],
    landed: Sequence[str],
    files: Sequence[Path],
) -> tuple[str, ...]:
    """Warnings about the key: different rows that share a key, or key columns with one constant value.

    Parameters
    ----------
    receipt : dict
        The receipt of the rehearsal's landing.
    landed : sequence of str
        The conformed files of the rehearsal.
    files : sequence of Path
        The files of the rehearsal; empty for a live source.
    """
    n_lost, n = receipt["n_superseded"], receipt["n_superseded"] + receipt["n_loaded"]
    if n < 2 or not landed:
        return ()
    own = {column.stored_name: column.name for column in kind.columns}
    key = [own[name] for name in kind.key]
    same = [own[name] for name in _constant(kind, landed)]
    n_repeated = _n_repeated(table, system, files) if n_lost else 0
    # If whole rows cannot be compared, a few rows with the same key are assumed to be exact repeats.
    n_other = max(n_lost - n_repeated, 0) if n_repeated is not None else n_lost * (n_lost > _SMALL * n)
    if n_other:
        return (_lost(n_other, n, key, same),)
    constant = [name for name in same if _is_literal(table, name)]
    return (_always(constant, key),) if constant and constant != key else ()


def _lost(n_other: int, n: int, key: Sequence[str], same: Sequence[str]) -> str:
    all_same = f"These key columns are equal in all rows: {', '.join(same)}. " if same else ""
    return (
        f"{n_other:,} of {n:,} rows have the same key ({', '.join(key)}) as another row but different contents: "
        f"they would be lost. {all_same}Fill the key from columns that identify a row."
    )


def _always(constant: Sequence[str], key: Sequence[str]) -> str:
    others = ", ".join(name for name in key if name not in constant)
    return (
        f"part of the key has the same value in every row of every delivery: {', '.join(constant)}. This is correct "
        f"only if {others} always identify a row."
    )


def _constant(kind: RecordType, landed: Sequence[str]) -> list[str]:
    """Key columns with a single value in all conformed rows."""
    counts = ", ".join(f"count(distinct {name})" for name in kind.key)
    row = duckdb.execute(
        f"select {counts} from read_parquet($paths, union_by_name = true, hive_partitioning = false)",
        {"paths": list(landed)},
    ).fetchall()[0]
    return [name for name, n in zip(kind.key, row, strict=True) if n == 1]


def _is_literal(table: Table, column: str) -> bool:
    """Whether the contract fills the column with a constant."""
    return any(m.column == column and _LITERAL.fullmatch(m.transform or "") for m in table.mappings)


def _n_repeated(table: Table, system: SourceSystem, files: Sequence[Path]) -> int | None:
    """Number of rows that repeat another row, apart from volatile columns; None if that cannot be determined."""
    if system.server:
        return None
    try:
        with open_landing() as connection:
            connection.execute("create temp table rows_seen (row_hash ubigint)")
            for sample in contract_samples(connection, files, table, system):
                if sample.n_rows >= ENOUGH_ROWS:
                    return None
                names = sorted(name for name in sample.columns if not is_volatile(name))
                listed = ", ".join(f"normal({sample.columns[name]})" for name in names)
                connection.execute(f"insert into rows_seen select hash([{listed}]) from sample")
            return int(
                connection.execute("select count(*) - count(distinct row_hash) from rows_seen").fetchall()[0][
                    0
                ]
            )
    except (IecareerError, duckdb.Error):
        return None
