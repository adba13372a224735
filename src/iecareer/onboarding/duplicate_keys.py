"""Warn about different rows with the same key. Landing keeps only the last of them, so the others would be lost.

Input: the result of a rehearsal. Output: warnings with counts and columns, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import duckdb

from iecareer.contracts import RecordType
from iecareer.sources import Table

_LITERAL = re.compile(r"\s*(date\s*)?('[^']*'|[\d.]+)\s*", re.IGNORECASE)


def key_warnings(
    kind: RecordType,
    table: Table,
    receipt: dict[str, Any],
    landed: Sequence[str],
) -> tuple[str, ...]:
    """Warnings about the key: different rows that share a key, or key columns with one constant value.

    Parameters
    ----------
    receipt : dict
        The receipt of the rehearsal's landing.
    landed : sequence of str
        The conformed files of the rehearsal.
    """
    n_other, n = receipt["n_conflicting"], receipt["n_superseded"] + receipt["n_loaded"]
    if n < 2 or not landed:
        return ()
    own = {column.stored_name: column.name for column in kind.columns}
    key = [own[name] for name in kind.key]
    same = [own[name] for name in _constant(kind, landed)]
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
