"""Data files of a college: every row that it may see, readable by machines, harmless in spreadsheets."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from iecareer.feedback import college_folder
from iecareer.feedback.data_files import harmless, write_data
from iecareer.feedback.published import college_tables, open_published, read_colleges, read_edition
from tests.feedback import synthetic_tables
from tests.feedback.colleges import IMPRINT

CODE = "4142010800"


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_there_twice_with_the_same_rows(released: Path) -> None:
    folder = released / CODE / "data"
    for name in college_tables():
        of_parquet = pq.read_table(folder / f"{name}.parquet").to_pylist()
        assert (folder / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        of_csv = read_csv(folder / f"{name}.csv")
        assert of_parquet
        assert [row["program_name"] or "" for row in of_parquet] == [row["program_name"] for row in of_csv], (
            name
        )
        assert [row["status"] or "" for row in of_parquet if "status" in row] == [
            row["status"] for row in of_csv if "status" in row
        ]


def test_rows_are_those_of_the_college_and_the_region_wide_differentials(
    released: Path, published_home: Path
) -> None:
    folder = released / CODE / "data"
    with duckdb.connect(str(published_home / "warehouse.duckdb"), read_only=True) as connection:
        for name in college_tables():
            (held,) = connection.execute(
                f"select count(*) from feedback.{name} where institution_code = ?", [CODE]
            ).fetchone() or (0,)
            region_wide = 2 if name == "salary_differential" else 0
            assert len(read_csv(folder / f"{name}.csv")) == held + region_wide, name


def test_every_table_and_every_column_is_explained(released: Path) -> None:
    folder = released / CODE / "data"
    assert {row["table"] for row in read_csv(folder / "tables.csv") if row["note_zh"] and row["note_en"]} == {
        path.stem for path in folder.glob("*.parquet")
    }
    explained = {
        row["column"] for row in read_csv(folder / "columns.csv") if row["label_zh"] and row["label_en"]
    }
    for name in college_tables():
        assert set(pq.read_schema(folder / f"{name}.parquet").names) <= explained, name


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|", "\t", "\r", "\uff1d"])
def test_text_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    safe = harmless(pa.table({"a": [text, "数控技术", None], "b": [-0.5, 1.0, None]}))
    assert safe.to_pydict() == {"a": [f"'{text}", "数控技术", None], "b": [-0.5, 1.0, None]}


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\x00", "\x07", "\n", "\ufeff"]
)
def test_unseen_characters_leave_names(own_home: Path, hidden: str) -> None:
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.program set program_name = ?", [f"数控{hidden}技术"])
        connection.execute("update feedback.institution set institution_name = ?", [f"{hidden}东江学院"])
    with open_published() as connection:
        college = next(read_colleges(connection, read_edition(connection)))
    assert college.name == "东江学院"
    assert {row["program_name"] for row in college.tables["response"]} == {"数控技术", None}


def test_a_college_without_rows_gets_empty_tables(own_home: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("delete from feedback.retention where institution_code = ?", [CODE])
    with open_published() as connection:
        college = next(read_colleges(connection, read_edition(connection)))
    write_data(tmp_path / "data", college.data)
    assert read_csv(tmp_path / "data" / "retention.csv") == []
    assert set(synthetic_tables.columns("retention")) <= set(
        pq.read_schema(tmp_path / "data" / "retention.parquet").names
    )


def test_many_colleges_are_written_by_several_processes_and_alike(
    published_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_HOME", str(published_home))
    written = {}
    for name, many in (("one", 100), ("several", 2)):
        monkeypatch.setattr(college_folder, "_MANY", many)
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        with open_published() as connection:
            edition = read_edition(connection)
            colleges = read_colleges(connection, edition)
            standings = list(college_folder.write_colleges(tmp_path / name, colleges, edition, IMPRINT))
        codes = [standing.institution.code for standing in standings]
        assert codes == list(synthetic_tables.INSTITUTIONS)
        files = (path for path in (tmp_path / name).rglob("*") if path.is_file())
        written[name] = {path.relative_to(tmp_path / name): path.read_bytes() for path in files}
    assert written["one"] == written["several"]
