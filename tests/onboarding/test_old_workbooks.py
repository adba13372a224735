"""Workbooks of Excel 97 to 2003, from the first command to landed rows: titles, merged headers, dates, totals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlwt
from typer.testing import CliRunner

from iecareer.commands import app
from iecareer.onboarding import Added, rehearse
from iecareer.sources import source_system
from tests.onboarding.activation import land_reviewed
from tests.people import credit_code, resident_id

Add = Callable[..., tuple[Added, str]]
DAY = xlwt.easyxf(num_format_str="YYYY-MM-DD")
JOBS = ("姓名", "身份证号码", "专业", "用人单位", "入职日期", "离职日期", "月工资(千元)", "岗位", "统计日期")


def put(sheet: Any, top: int, rows: list[list[Any]]) -> None:
    for number, row in enumerate(rows, top):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, *([DAY] if isinstance(cell, date) else []))


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    """Jobs as a placement office lists them: headers in two rows, with group headers above."""
    made = xlwt.Workbook()
    sheet = made.add_sheet("2024届")
    sheet.write_merge(0, 0, 0, 9, "某职业技术学院2024届毕业生任职明细表")
    sheet.write_merge(1, 1, 0, 9, "填报单位：就业处        填报日期：2025年1月10日")
    for column, header in enumerate(("序号", *JOBS)):
        if header in ("入职日期", "离职日期"):
            sheet.write(3, column, header)
        else:
            sheet.write_merge(2, 3, column, column, header)
    sheet.write_merge(2, 2, 5, 6, "任职时间")
    rows = [
        [at + 1, "欧阳锦程", resident_id(at), "数控技术", f"第{at % 7}厂", date(2024, 7, 1) + timedelta(at),
         "在职" if at % 4 else date(2024, 12, 1), 4.5, "操作工", date(2025, 1, 5)]
        for at in range(40)
    ]  # fmt: skip
    put(sheet, 4, rows)
    sheet.write_merge(44, 44, 0, 2, "合计")
    sheet.write(44, 7, 180.0)
    sheet.write(46, 0, "制表人：某某")
    made.save(tmp_path / "jobs.xls")
    return tmp_path / "jobs.xls"


def test_headers_over_two_rows_are_found(jobs: Path, add: Add) -> None:
    added, text = add(jobs)
    assert added.record_types == ("employment_spell",)
    assert not added.lacking
    assert source_system("office").format == "xls"
    assert "value * 1000" in text
    table = rehearse("office", [jobs]).tables[0]
    assert (table.receipt["n_in"], table.receipt["n_loaded"]) == (42, 40)
    assert table.receipt["reasons"]["totals_row"] == 1
    assert [entry["places"][0]["line"] for entry in table.reasons if entry["reason"] == "note_row"] == [47]
    assert (table.rows[0]["started_on"], table.rows[0]["monthly_wage"]) == ("2024-07", "4500.0")
    assert table.verdict == "pass"
    (receipt,) = land_reviewed("office", [jobs])
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (40, 2)


def test_the_same_header_below_two_others_is_told_apart(tmp_path: Path, add: Add) -> None:
    made = xlwt.Workbook()
    sheet = made.add_sheet("缴费")
    for column, header in enumerate(("身份证号码", "单位信用代码", "参保地")):
        sheet.write_merge(0, 1, column, column, header)
    sheet.write_merge(0, 0, 3, 4, "养老保险")
    sheet.write_merge(0, 0, 5, 6, "医疗保险")
    put(sheet, 1, [[]])
    for column, header in enumerate(("费款所属期", "缴费基数", "费款所属期", "缴费基数"), 3):
        sheet.write(1, column, header)
    put(sheet, 2, [[resident_id(at), credit_code(at % 5), "330102", "202401", 5000 + at, "202402", 9000 + at]
                   for at in range(30)])  # fmt: skip
    made.save(tmp_path / "months.xls")
    _, text = add(tmp_path / "months.xls")
    assert "养老保险 缴费基数" in text
    assert "医疗保险 缴费基数" in text
    (receipt,) = land_reviewed("office", [tmp_path / "months.xls"])
    assert receipt["n_loaded"] == 30


def test_the_commands_say_it(jobs: Path, sources: Path) -> None:
    said = [
        CliRunner().invoke(app, ["source", "add", "office", "--from", str(jobs)]),
        CliRunner().invoke(app, ["source", "check", "office", str(jobs)]),
    ]
    assert [result.exit_code for result in said] == [0, 0]
    assert "MISSING" not in said[1].output
    assert not [secret for secret in ("欧阳锦程", resident_id(3), "某职业") if secret in said[1].output]
