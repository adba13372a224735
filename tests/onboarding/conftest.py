"""Files of unknown offices with typical faults and planted identities."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from iecareer.onboarding import Added, add_source
from tests.people import credit_code, resident_id

Rows = Sequence[Sequence[object]]
HEADERS = ("序号", "姓名", "身份证号码", "单位信用代码", "费款所属期", "缴费工资(元)", "参保地")
NAMES = ("欧阳锦程", "司徒望舒", "慕容听雨")


@pytest.fixture
def sources(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for new contracts."""
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path / "sources"))
    return tmp_path / "sources"


def insurance_rows(n: int = 40) -> list[list[str]]:
    """Social-insurance months with headers that no single contract of the project has."""
    return [
        [
            str(i),
            NAMES[i % 3],
            resident_id(i),
            credit_code(i % 7),
            f"2024{i % 12 + 1:02d}",
            str(5000 + 7 * i),
            "330102",
        ]
        for i in range(n)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows under headers as delimited text."""

    def text(
        name: str,
        headers: Sequence[str] = HEADERS,
        rows: Rows | None = None,
        *,
        delimiter: str = ",",
        encoding: str = "utf-8",
        titles: Sequence[str] = (),
    ) -> Path:
        lines = [*titles, *(delimiter.join(map(str, row)) for row in (headers, *(rows or insurance_rows())))]
        path = tmp_path / name
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
        return path

    return text


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook with a cover sheet, a merged title, a line about the office, headers, rows and a totals row."""

    def book(name: str, sheets: dict[str, tuple[Sequence[str], Rows]]) -> Path:
        import openpyxl

        made = openpyxl.Workbook()
        made.active.title = "说明"
        made.active.append(["本表由各单位填报"])
        for title, (headers, rows) in sheets.items():
            sheet = made.create_sheet(title)
            sheet.append([f"{title}汇总表"])
            sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
            sheet.append(["填报单位：某某局", "", "2024年12月"])
            sheet.append(list(headers))
            for row in rows:
                sheet.append(list(row))
            sheet.append(["合计", len(rows)])
        path = tmp_path / name
        made.save(path)
        return path

    return book


@pytest.fixture
def write_sqlite(tmp_path: Path) -> Callable[..., Path]:
    """Write tables of text to a SQLite database."""

    def database(name: str, tables: dict[str, tuple[Sequence[str], Rows]]) -> Path:
        path = tmp_path / name
        with sqlite3.connect(path) as connection:
            for table, (headers, rows) in tables.items():
                listed = ", ".join(f'"{header}" text' for header in headers)
                connection.execute(f'create table "{table}" ({listed})')
                marks = ", ".join("?" * len(headers))
                connection.executemany(f'insert into "{table}" values ({marks})', rows)
        return path

    return database


@pytest.fixture
def add(sources: Path) -> Callable[..., tuple[Added, str]]:
    """Draft a source; returns the result and the contract's text."""

    def draft(*paths: Path, name: str = "office", **options: object) -> tuple[Added, str]:
        added = add_source(name, paths, **options)  # type: ignore[arg-type]
        return added, added.path.read_text(encoding="utf-8")

    return draft
