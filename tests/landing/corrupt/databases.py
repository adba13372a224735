"""Corrupt Parquet files and SQLite databases."""

from __future__ import annotations

import io
import random
import sqlite3
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.landing.corrupt.cases import HEADERS, Case, Row, changed, corruption, people, without


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, **options)
    return stream.getvalue()


def columns_of(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {header: [row[at] for row in rows] for at, header in enumerate(HEADERS)}


def sqlite(rows: Sequence[Sequence[Any]], *statements: str, types: str = "") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        database = sqlite3.connect(path)
        database.execute(f"create table 缴费 ({', '.join(f'{header} {types}' for header in HEADERS)})")
        database.executemany("insert into 缴费 values (?, ?, ?, ?, ?)", rows)
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()
        return path.read_bytes()


def _parquet(content: bytes, **told: Any) -> Case:
    return Case(content, name="月报.parquet", file_format="parquet", **told)


def _sqlite(content: bytes, **told: Any) -> Case:
    return Case(content, name="月报.db", file_format="sqlite", **told)


@corruption
def parquet_cut(rng: random.Random) -> Case:
    data = parquet(columns_of(people(rng)))
    return _parquet(data[: rng.randint(5, len(data) - 1)], must="refuse")


@corruption
def parquet_with_flipped_bytes(rng: random.Random) -> Case:
    data = bytearray(parquet(columns_of(people(rng)), compression=rng.choice(["none", "zstd", "snappy"])))
    for _ in range(rng.choice([1, 5, 50])):
        data[rng.randrange(4, len(data) - 4)] ^= 1 << rng.randrange(8)
    return _parquet(bytes(data), must="survive")


@corruption
def parquet_without_its_middle(rng: random.Random) -> Case:
    data = parquet(columns_of(people(rng)))
    at = rng.randint(4, len(data) // 2)
    return _parquet(data[:at] + data[at + rng.randint(1, 60) :], must="refuse")


@corruption
def parquet_with_other_types(rng: random.Random) -> Case:
    rows = people(rng)
    columns = columns_of(rows)
    columns["缴费月份"] = rng.choice(
        [
            pa.array([date.fromisoformat(row[2]) for row in rows]),
            pa.array([datetime.fromisoformat(row[2]) for row in rows], pa.timestamp("ns")),
            pa.array(
                [datetime.fromisoformat(row[2]).replace(hour=4, tzinfo=UTC) for row in rows],
                pa.timestamp("us", tz="UTC"),
            ),
            pa.array([int(row[2].replace("-", "")) for row in rows]),
        ]
    )
    columns["基数"] = rng.choice(
        [
            pa.array([Decimal(row[3]) for row in rows], pa.decimal128(18, 4)),
            pa.array([float(row[3]) for row in rows]),
        ]
    )
    codes = [row[4] for row in rows]
    columns["地区"] = rng.choice(
        [
            pa.array([int(code) for code in codes]),
            pa.array([float(code) for code in codes]),
            pa.array(codes).dictionary_encode(),
            pa.array([Decimal(code) for code in codes], pa.decimal128(10, 2)),
            pa.array([code.encode() for code in codes], pa.binary()),
        ]
    )
    return _parquet(parquet(columns), good=rows, n_in=len(rows))


@corruption
def parquet_with_numbers_of_persons_as_numbers(rng: random.Random) -> Case:
    rows = [row for row in people(rng, 10) if row[0].isdigit()]
    columns, is_exact = columns_of(rows), rng.random() < 0.5
    columns["证件号码"] = [int(row[0]) if is_exact else float(row[0]) for row in rows]
    return _parquet(parquet(columns), good=rows if is_exact else [], n_in=len(rows))


@corruption
def parquet_with_nested_columns(rng: random.Random) -> Case:
    rows = people(rng)
    columns, column = columns_of(rows), rng.randrange(4)
    nest = rng.choice([lambda cell: [cell], lambda cell: {"值": cell}, lambda cell: [[cell]]])
    columns[HEADERS[column]] = [nest(row[column]) for row in rows]
    return _parquet(parquet(columns), good=[], n_in=len(rows))


@corruption
def parquet_with_odd_numbers(rng: random.Random) -> Case:
    rows = people(rng, 6)
    columns = columns_of(rows)
    odd = [float("nan"), float("inf"), -float("inf"), None, -1.0]
    columns["基数"] = [*odd, float(rows[5][3])]
    return _parquet(parquet(columns), good=rows[5:], n_in=6)


@corruption
def parquet_without_rows_or_columns(rng: random.Random) -> Case:
    if rng.random() < 0.5:
        return _parquet(parquet({header: pa.array([], pa.string()) for header in HEADERS}), good=[], n_in=0)
    gone = columns_of(people(rng))
    del gone[rng.choice(HEADERS)]
    return _parquet(parquet(gone), must="refuse", said="is missing")


@corruption
def sqlite_cut(rng: random.Random) -> Case:
    data = sqlite(people(rng, 200))
    return _sqlite(data[: rng.randint(100, len(data) - 1)], must="refuse")


@corruption
def sqlite_with_a_page_of_zeros(rng: random.Random) -> Case:
    data = bytearray(sqlite(people(rng, 200)))
    page = rng.randrange(1, len(data) // 4096)
    data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    return _sqlite(bytes(data), must="refuse")


@corruption
def sqlite_with_flipped_bytes(rng: random.Random) -> Case:
    data = bytearray(sqlite(people(rng, 200)))
    for _ in range(rng.choice([5, 50])):
        data[rng.randrange(16, len(data))] ^= 1 << rng.randrange(8)
    return _sqlite(bytes(data), must="survive")


@corruption
def sqlite_whose_last_changes_lie_beside_it(rng: random.Random) -> Case:
    # In this mode rows may stand in a second file, NAME.db-wal, that was not delivered.
    data = bytearray(sqlite(people(rng)))
    data[18] = data[19] = 2
    return _sqlite(bytes(data), must="refuse", said="write-ahead log")


@corruption
def sqlite_with_two_tables(rng: random.Random) -> Case:
    rows = people(rng)
    data = sqlite(rows, "create table 其他 (a)")
    if rng.random() < 0.5:
        return _sqlite(data, good=rows, n_in=len(rows), selector="'table:缴费'")
    return _sqlite(data, must="refuse", said="2 tables", selector='"*"')


@corruption
def sqlite_with_values_of_other_types(rng: random.Random) -> Case:
    rows: list[Row] = people(rng, 6)
    cells: list[Any] = [list(row) for row in rows]
    at = rng.randrange(6)
    column, value = rng.choice(
        [
            (0, float(rows[at][0][:17])),
            (1, b"\xff\xfe"),
            (2, 20241),
            (3, float("inf")),
            (3, b"abc"),
            (0, None),
            (3, "x"),
        ]
    )
    cells[at][column] = value
    return _sqlite(sqlite(cells), good=without(rows, at), n_in=6)


@corruption
def sqlite_with_text_of_no_encoding(rng: random.Random) -> Case:
    rows = people(rng, 6)
    at = rng.randrange(6)
    data = sqlite(changed(rows, at, 4, "备注备注备注"))
    broken = data.replace("备注备注备注".encode(), b"\xb1\xb8" * 9)
    return _sqlite(broken, must="either", good=without(rows, at), n_in=6)
