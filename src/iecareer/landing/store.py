"""Storing a conformed delivery: duplicates resolved, Parquet per period, quarantine by place; whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from pathlib import Path

import duckdb

from iecareer.contracts import RecordType
from iecareer.settings import home
from iecareer.warehouse.build import text_literal
from iecareer.warehouse.documents import sync_folder
from iecareer.warehouse.manifest import Part, lake

_ROW_GROUP = 122_880


def resolve_duplicates(connection: duckdb.DuckDBPyConnection, kind: RecordType) -> int:
    """Keep the last row of each key by file and line; returns how many rows gave way."""
    keys = ", ".join(kind.key)
    found = connection.execute(
        f"select coalesce(sum(n - 1), 0) from (select count(*) as n from conformed group by {keys} having n > 1)"
    ).fetchall()[0][0]
    if found:
        connection.execute(
            f"""create or replace temp table conformed as select * from conformed
            qualify row_number() over (partition by {keys} order by _file desc, _line desc) = 1"""
        )
    return int(found)


def store_rows(connection: duckdb.DuckDBPyConnection, kind: RecordType, name: str) -> list[Part]:
    """Write `conformed` below the lake's landing folder and return its parts."""
    folder = lake() / "landing" / kind.name / name
    draft = folder.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    # The caller holds the delivery's lock, so whatever draft lies here is of a killed landing.
    for leftover in folder.parent.glob(f".{name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft.mkdir(parents=True)
    order = ", ".join(kind.key)
    if kind.period_column:
        connection.execute(
            f"""copy (select * exclude (_file, _line), strftime({kind.period_column}, '%Y-%m') as period from conformed
            order by {kind.period_column}) to {text_literal(draft)}
            (format parquet, compression zstd, partition_by (period))"""
        )
        counted = connection.execute(
            f"select strftime({kind.period_column}, '%Y-%m') as period, count(*) from conformed group by 1 order by 1"
        ).fetchall()
    else:
        connection.execute(
            f"""copy (select * exclude (_file, _line) from conformed order by {order})
            to {text_literal(draft / "rows.parquet")} (format parquet, compression zstd, row_group_size {_ROW_GROUP})"""
        )
        counted = [(None, connection.execute("select count(*) from conformed").fetchall()[0][0])]
    _make_durable(draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)
    sync_folder(folder.parent)
    return [_part(folder, period, n) for period, n in counted]


def _part(folder: Path, period: str | None, n: int) -> Part:
    place = folder / (f"period={period}/*.parquet" if period else "rows.parquet")
    return Part(period, str(place.relative_to(lake())), n)


def store_quarantine(
    connection: duckdb.DuckDBPyConnection, source_id: str, name: str
) -> tuple[int, dict[str, int]]:
    """Write `quarantined` to the quarantine folder; returns the number of rows and the count of each reason."""
    rows = connection.execute("select reasons from quarantined").fetchall()
    if rows:
        target = home() / "quarantine" / source_id / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        connection.execute(
            f"""copy (select * from quarantined order by file, sheet, line)
            to {text_literal(draft)} (format parquet, compression zstd)"""
        )
        draft.replace(target)
        sync_folder(target.parent)
    return len(rows), dict(sorted(Counter(reason for (reasons,) in rows for reason in reasons).items()))


def _make_durable(folder: Path) -> None:
    for path in folder.rglob("*.parquet"):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
