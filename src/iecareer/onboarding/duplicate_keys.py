"""Rows that share a key: the last of them counts, the others give way, which is right for the same row twice alone.

Comes in: what a rehearsal landed, and its files. Goes out: sentences with counts and columns, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.conform import forget, open_landing, prepare
from iecareer.onboarding.missing_columns import samples_as_told
from iecareer.onboarding.sample_reader import ENOUGH_ROWS
from iecareer.onboarding.surrogate_keys import is_of_the_moment
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
    """What is to be said of the key: rows that gave way and say something else, columns that are all the same.

    Parameters
    ----------
    receipt : dict
        The receipt of the rehearsal's landing.
    landed : sequence of str
        The conformed files of the rehearsal.
    files : sequence of Path
        What was rehearsed; none of a live source.
    """
    n_lost, n = receipt["n_superseded"], receipt["n_superseded"] + receipt["n_loaded"]
    if n < 2 or not landed:
        return ()
    own = {column.stored_name: column.name for column in kind.columns}
    key = [own[name] for name in kind.key]
    same = [own[name] for name in _constant(kind, landed)]
    n_repeated = _n_repeated(kind, table, system, files) if n_lost else 0
    # Where rows cannot be compared as a whole, a few that gave way are taken for the same row twice.
    n_other = max(n_lost - n_repeated, 0) if n_repeated is not None else n_lost * (n_lost > _SMALL * n)
    if n_other:
        return (_lost(n_other, n, key, same),)
    told = [name for name in same if _is_told(table, name)]
    return (_always(told, key),) if told and told != key else ()


def _lost(n_other: int, n: int, key: Sequence[str], same: Sequence[str]) -> str:
    all_same = f"The same in all rows: {', '.join(same)}. " if same else ""
    return (
        f"{n_other:,} of {n:,} rows have the key ({', '.join(key)}) of another row and gave way to it, but say "
        f"something else: they would be lost. {all_same}Let the key be filled from what tells rows apart."
    )


def _always(told: Sequence[str], key: Sequence[str]) -> str:
    others = ", ".join(name for name in key if name not in told)
    return (
        f"the same in all rows, now and in every later delivery, though part of the key: {', '.join(told)}; right "
        f"only where {others} will always tell rows apart."
    )


def _constant(kind: RecordType, landed: Sequence[str]) -> list[str]:
    """Key columns with one value in all conformed rows."""
    told = ", ".join(f"count(distinct {name})" for name in kind.key)
    row = duckdb.execute(
        f"select {told} from read_parquet($paths, union_by_name = true, hive_partitioning = false)",
        {"paths": list(landed)},
    ).fetchall()[0]
    return [name for name, n in zip(kind.key, row, strict=True) if n == 1]


def _is_told(table: Table, column: str) -> bool:
    """Whether the contract fills the column with one value, whatever the row says."""
    return any(m.column == column and _LITERAL.fullmatch(m.transform or "") for m in table.mappings)


def _n_repeated(kind: RecordType, table: Table, system: SourceSystem, files: Sequence[Path]) -> int | None:
    """How many rows are another one again in all that is not of the moment; None where that is not known."""
    if system.server:
        return None
    connection = open_landing()
    try:
        prepare(connection, kind)
        connection.execute("create temp table rows_seen (told ubigint)")
        for sample in samples_as_told(connection, files, table, system):
            if sample.n_rows >= ENOUGH_ROWS:
                return None
            names = sorted(name for name in sample.columns if not is_of_the_moment(name))
            listed = ", ".join(f"normal({sample.columns[name]})" for name in names)
            connection.execute(f"insert into rows_seen select hash([{listed}]) from sample")
        return int(
            connection.execute("select count(*) - count(distinct told) from rows_seen").fetchall()[0][0]
        )
    except (IecareerError, duckdb.Error):
        return None
    finally:
        forget(connection)
        connection.close()
