"""The search finds a number planted in each kind of file and in each form, so that finding none means something."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.faults.leak_search import leaks
from tests.people import resident_id

NUMBER = resident_id(1, born="19800101")
WIDE = "".join(chr(ord(character) + 0xFEE0) for character in NUMBER)


def parquet(path: Path, text: str) -> None:
    pq.write_table(pa.table({"a": ["x"] * 5000 + [f"说明{text}"]}), path, compression="zstd")


def nested_parquet(path: Path, text: str) -> None:
    pq.write_table(pa.table({"a": [[{"b": text}]]}), path)


def database(path: Path, text: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table t as select case when i = 70000 then ? else 'x' end a from range(90000) r(i)",
            [text],
        )


def sqlite(path: Path, text: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table t (a)")
    connection.execute("insert into t values (?)", [f"说明{text}"])
    connection.commit()
    connection.close()


def workbook(path: Path, text: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_string(0, 0, text)


def zipped(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode("utf-16-le")))


KINDS: dict[str, Callable[[Path, str], object]] = {
    "utf-8": lambda path, text: path.write_text(f"log: {text}.", encoding="utf-8"),
    "utf-16-le": lambda path, text: path.write_bytes(f"a{text}".encode("utf-16-le")),
    "utf-16-be": lambda path, text: path.write_bytes(f"a{text}".encode("utf-16-be")),
    "gb18030": lambda path, text: path.write_bytes(text.encode("gb18030")),
    "parquet": parquet,
    "nested parquet": nested_parquet,
    "duckdb": database,
    "sqlite": sqlite,
    "workbook": workbook,
    "gzip": zipped,
}


@pytest.mark.parametrize("form", [NUMBER, NUMBER.lower(), WIDE, NUMBER[:6] + NUMBER[8:17], f"1{NUMBER}2"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_number_is_found(kind: str, form: str, tmp_path: Path) -> None:
    folder = tmp_path / "searched"
    folder.mkdir()
    KINDS[kind](folder / "file", form)
    assert len(leaks(folder, {NUMBER}, tmp_path)) == 1
    assert leaks(folder, {resident_id(2, born="19800101")}, tmp_path) == []


def test_a_number_in_a_file_name_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "searched"
    folder.mkdir()
    (folder / f"{NUMBER}.txt").write_text("nothing")
    assert leaks(folder, {NUMBER}, tmp_path) == ["a file name"]
