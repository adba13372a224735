"""Digests of published tables: a replay compares them to see whether it gives the same numbers.

The digest of a table has the number of rows, the sum over rows of a hash of all exact columns, and two sums of each
floating-point column: a plain one, and one with a weight per row. The weighted sum changes if numbers swap rows.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

import duckdb

from iecareer.database import text_literal
from iecareer.documents import read_document, write_document
from iecareer.settings import home

# Tables of `checks` depend on the current contracts, so they are not compared.
COMPARED = ("marts", "estimates", "lights", "instruments", "audit", "flags", "feedback", "seeds")
TOLERANCE = 1e-12
_OWN = ("run_id",)
# The divisor is prime, so that the weights are spread evenly.
_WEIGHT = "(md5_number_lower(exact) % 1000003) / 1000003.0"

Digest = dict[str, Any]


def table_digests(connection: duckdb.DuckDBPyConnection, but: Container[str] = ()) -> dict[str, Digest]:
    """Digest of each table in the schemas that are compared, by ``schema.table``, without those in `but`."""
    wanted = {name: columns for name, columns in _columns(connection).items() if name not in but}
    return {name: _digest(connection, name, columns) for name, columns in wanted.items()}


def digests_of(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> dict[str, Digest]:
    """Digest of each of these tables or views (``schema.table``) that exists."""
    wanted = {*names}
    columns = _columns(connection, {name.split(".", 1)[0] for name in wanted})
    return {name: _digest(connection, name, columns[name]) for name in sorted(wanted & {*columns})}


def _columns(
    connection: duckdb.DuckDBPyConnection, schemas: Iterable[str] = COMPARED
) -> dict[str, dict[str, str]]:
    """Table → column → type of the tables in these schemas."""
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        """select table_schema, table_name, column_name, data_type from information_schema.columns
        where list_contains($schemas, table_schema) and table_catalog = current_catalog()
        order by table_schema, table_name, ordinal_position""",
        {"schemas": list(schemas)},
    ).fetchall():
        found.setdefault(f"{schema}.{table}", {})[column] = kind
    return found


def keep_tables(run_id: str, tables: dict[str, Digest]) -> None:
    """Store the digests of the tables that a run published."""
    write_document(_path(run_id), tables)


def kept_tables(run_id: str) -> dict[str, Digest] | None:
    """The digests of the tables that a run published; None if it published nothing."""
    return read_document(_path(run_id)) if _path(run_id).exists() else None


def differing(then: dict[str, Digest], now: dict[str, Digest]) -> dict[str, str]:
    """Tables whose digests differ, and in what.

    Sums of floats may differ by `TOLERANCE` of the sum of absolute values.
    """
    found = {name: _difference(then.get(name), now.get(name)) for name in sorted({*then, *now})}
    return {name: what for name, what in found.items() if what}


def _digest(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str]) -> Digest:
    floats = [column for column, kind in sorted(columns.items()) if kind in ("DOUBLE", "FLOAT")]
    exact = [_text(column) for column in columns if column not in (*floats, *_OWN)]
    exact += [f"({_named(column)} is null)::varchar" for column in floats]
    sums = [f"fsum({c}), fsum({c} * weight), fsum(abs({c})), count({c})" for c in map(_named, floats)]
    schema, table = name.split(".", 1)
    ((n, hashed, *found),) = connection.execute(
        f"""with source as (select *, concat_ws('|', '', {", ".join(exact) or "''"}) as exact from {schema}."{table}"),
        weighed as (select *, {_WEIGHT} as weight from source)
        select {", ".join(["count(*)", "coalesce(sum(md5_number_lower(exact)), 0)::varchar", *sums])} from weighed"""
    ).fetchall()
    numbers = {column: found[4 * number : 4 * number + 4] for number, column in enumerate(floats)}
    return {"n": n, "columns": dict(columns), "exact": hashed, "numbers": numbers}


def _text(column: str) -> str:
    return f"coalesce({_named(column)}::varchar, {text_literal(chr(0xFFFD))})"


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _difference(then: Digest | None, now: Digest | None) -> str:
    if then is None or now is None:
        return (
            "the table was not built this time" if now is None else "the original run did not have the table"
        )
    if then["columns"] != now["columns"]:
        return "other columns"
    if then["n"] != now["n"]:
        return f"{now['n']} rows instead of {then['n']}"
    if then["exact"] != now["exact"]:
        return "other keys, counts or texts"
    apart = [name for name in then["numbers"] if _is_apart(then["numbers"][name], now["numbers"][name])]
    return f"other numbers in {', '.join(apart)}" if apart else ""


def _is_apart(then: list[float | None], now: list[float | None]) -> bool:
    if then[3] != now[3] or not then[3]:
        return then[3] != now[3]
    size = then[2] or 0.0
    return any(
        abs((one or 0.0) - (other or 0.0)) > TOLERANCE * size
        for one, other in zip(then[:2], now[:2], strict=True)
    )


def _path(run_id: str) -> Path:
    return home() / "runs" / "tables" / f"{run_id}.json"
