"""Whether two builds hold the same tables: everything but floats exactly, floats within 1e-9 relative."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

RELATIVE = 1e-9


def differences(
    one: Path,
    other: Path,
    schema: str = "marts",
    *,
    absolute: float = 0.0,
    may_add_tables: bool = False,
    ignored: Collection[str] = (),
) -> list[str]:
    """What differs between the tables of a schema in two builds, in words; empty when they are equal.

    Floats may also differ by `absolute`. The second build may have tables of its own with `may_add_tables`; columns
    with a name in `ignored` are not compared.
    """
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = [_tables(connection, name, schema, ignored) for name in ("one", "other")]
        if may_add_tables:
            tables[1] = {table: tables[1][table] for table in tables[0] if table in tables[1]}
        if set(tables[0]) != set(tables[1]):
            return [f"tables: {sorted(set(tables[0]) ^ set(tables[1]))}"]
        assert tables[0], f"{schema} is empty in both"
        found = []
        for table, columns in sorted(tables[0].items()):
            if columns != tables[1][table]:
                found.append(f"{table}: columns {set(columns) ^ set(tables[1][table])}")
            else:
                found += _different_rows(connection, f"{schema}.{table}", columns, absolute)
    return found


def _tables(
    connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, ignored: Collection[str]
) -> dict[str, list[tuple[str, str]]]:
    rows = connection.execute(
        """select table_name, column_name, data_type from information_schema.columns
        where table_catalog = ? and table_schema = ? order by table_name, ordinal_position""",
        [catalog, schema],
    ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, [])
        if column not in ignored:
            tables[table].append((column, kind))
    return tables


def _different_rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]], absolute: float
) -> list[str]:
    """Rows are brought together by everything that is no float; the floats of each pair are then compared."""
    exact = [f'"{name}"' for name, kind in columns if kind != "DOUBLE"]
    floats = [f'"{name}"' for name, kind in columns if kind == "DOUBLE"]
    same = " and ".join(f"one.{name} is not distinct from other.{name}" for name in exact)
    counts = ", ".join(f"count(*) filter (where not {_near(name, absolute)})" for name in floats)
    repeated = connection.execute(
        f"select count(*) - count(distinct row({', '.join(exact)})) from one.{table}"
    ).fetchall()
    assert repeated == [(0,)], f"{table}: {repeated} rows differ by floats alone"
    n_one, n_other, n_both, *n_off = connection.execute(
        f"""select (select count(*) from one.{table}), (select count(*) from other.{table}), count(*)
        {", " + counts if floats else ""} from one.{table} as one inner join other.{table} as other on {same}"""
    ).fetchall()[0]
    found = [] if n_one == n_other == n_both else [f"{table}: {n_one} and {n_other} rows, {n_both} alike"]
    return found + [f"{table}.{name}: {n} off" for name, n in zip(floats, n_off, strict=True) if n]


def _near(name: str, absolute: float) -> str:
    one, other = f"one.{name}", f"other.{name}"
    return (
        f"({one} is not distinct from {other} or coalesce(abs({one} - {other}) <= "
        f"greatest({absolute}, {RELATIVE} * greatest(abs({one}), abs({other}))), false))"
    )
