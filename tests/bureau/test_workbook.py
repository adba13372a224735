"""The bureau's workbook: all rows, unrounded numbers, names beside codes, nothing that runs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from iecareer.bureau.report import Report
from iecareer.bureau.words import catalogue
from iecareer.bureau.workbook import bureau_workbook
from iecareer.errors import IecareerError
from tests.lights.example import I1, I2

HEAD = 5


@pytest.fixture(scope="module")
def book(report: Report) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(bureau_workbook(report)))


def rows_of(book: openpyxl.Workbook, title: str) -> list[dict[str, Any]]:
    sheet = book[title]
    labels = {words.label_zh: name for name, words in catalogue().columns.items()}
    names = [labels.get(cell.value, cell.value) for cell in sheet[HEAD]]
    return [
        dict(zip(names, (cell.value for cell in line), strict=True))
        for line in sheet.iter_rows(min_row=HEAD + 2)
    ]


@pytest.mark.parametrize(
    ("title", "table", "where"),
    [
        ("预警", "lights.warning", "year = 2024"),
        ("地区", "lights.light", "year = 2024 and scope = 'area'"),
        ("院校", "lights.light", "year = 2024 and scope = 'institution'"),
        ("专业", "lights.light", "year = 2024 and scope = 'program'"),
        ("指标", "lights.light_indicator", "year = 2024"),
        ("拨款", "instruments.allocation", "year = 2024"),
        ("浮动资金", "instruments.floating_fund", "year = 2024"),
        ("地区考核", "instruments.area_appraisal", "year = 2024"),
        ("企业信用", "instruments.enterprise_credit", "year = 2024"),
        ("企业退出", "instruments.enterprise_exit", "year = 2024"),
        ("产业学院持股", "instruments.equity_share", "year = 2024"),
        ("保费补贴", "instruments.insurance_subsidy", "year = 2024"),
        ("评估周期", "instruments.review_cycle", "true"),
    ],
)
def test_a_sheet_has_all_rows_of_the_year(
    book: openpyxl.Workbook, warehouse: Path, title: str, table: str, where: str
) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ((n,),) = connection.execute(f"select count(*) from {table} where {where}").fetchall()
    assert n > 0
    assert len(rows_of(book, title)) == n


def test_numbers_are_exact(book: openpyxl.Workbook, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ((index, low),) = connection.execute(
            """select index, index_low from lights.light
            where scope = 'institution' and institution_code = ? and year = 2024""",
            [I1],
        ).fetchall()
    (own,) = (row for row in rows_of(book, "院校") if row["institution_code"] == I1)
    assert own["index"] == pytest.approx(index, abs=1e-13)
    assert own["index_low"] == pytest.approx(low, abs=1e-13)
    assert round(own["index"], 6) == 62.669549


def test_money_is_to_the_cent_and_changes_add_up(book: openpyxl.Workbook) -> None:
    rows = {row["institution_code"]: row for row in rows_of(book, "拨款")}
    assert (rows[I1]["amount_cny"], rows[I1]["neutral_amount_cny"]) == (1037500.00, 1041554.06)
    assert rows[I2]["change_cny"] == -45000.00
    assert sum(row["neutral_change_cny"] for row in rows.values()) == pytest.approx(0, abs=1e-9)


def test_the_year_before_stands_beside(book: openpyxl.Workbook) -> None:
    rows = {row["program_code"]: row for row in rows_of(book, "专业") if row["institution_code"] == I1}
    assert (rows["510201"]["light_before"], rows["510201"]["index_before"]) == ("黄灯", pytest.approx(66.125))
    assert rows["460103"]["light_before"] is None


def test_words_are_those_of_the_papers(book: openpyxl.Workbook) -> None:
    assert {row["response"] for row in rows_of(book, "预警")} == {"限期整改", "协同督导", "专家会诊", "提示"}
    assert [row["light"] for row in rows_of(book, "院校")] == ["红灯", "红灯", "黄灯"]
    deadlines = {row["rectify_by"] for row in rows_of(book, "预警") if row["response"] == "限期整改"}
    assert deadlines == {"2025-12-31"}


def test_nothing_runs(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert "=1+1" in {cell.value for cell in cells}


def test_every_column_and_code_has_words(book: openpyxl.Workbook) -> None:
    """A code that stands for itself in Chinese is one without words."""
    codes = ("not_", "_light", "red_line:", "too_few", "rectification", "participation", "no_conversion")
    found = [
        cell.value
        for sheet in book
        if sheet.title not in ("政策数值", "概要")
        for line in sheet.iter_rows(min_row=HEAD + 2)
        for cell in line
        if isinstance(cell.value, str) and any(code in cell.value for code in codes)
    ]
    assert found == []


def test_policy_is_shown_with_its_source(book: openpyxl.Workbook) -> None:
    rows = {row["name"]: row for row in rows_of(book, "政策数值")}
    assert rows["allocation_range"]["number"] == 0.3
    assert rows["allocation_range"]["document"] == "implementation path paper 4.1"


def test_the_same_rows_give_the_same_bytes(report: Report) -> None:
    assert bureau_workbook(report) == bureau_workbook(report)


def test_more_rows_than_a_sheet_has_are_refused(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iecareer.bureau.workbook.table_sheet._MOST_ROWS", 9)
    with pytest.raises(IecareerError, match="at most 9 rows; 'Warnings' would have 10"):
        bureau_workbook(report)
