"""No sheet, table or member is left out silently, and none is selected by a chance match."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.onboarding import Added, rehearse
from iecareer.sources import source_system
from tests.onboarding.activation import land_reviewed
from tests.onboarding.conftest import HEADERS, insurance_rows
from tests.people import credit_code, resident_id

Add = Callable[..., tuple[Added, str]]
JOBS = ("身份证号", "用人单位", "入职时间", "离职时间", "数据截止日期", "月薪")
JOB_ROWS = [[resident_id(i), f"第{i}公司", "2023-07-01", "至今", "2024-12-31", "6.5千"] for i in range(30)]
YEARS = {"2022年缴费": (HEADERS, insurance_rows()[:15]), "2023年缴费": (HEADERS, insurance_rows()[15:])}


def test_sheets_alike_are_all_read(write_xlsx: Callable[..., Path], add: Add) -> None:
    sample = write_xlsx("book.xlsx", {**YEARS, "任职": (JOBS, JOB_ROWS)})
    _, text = add(sample)
    selectors = {table.record_type: table.selector for table in source_system("office").tables}
    assert selectors == {"employment_month": "sheet:*缴费", "employment_spell": "sheet:任职"}
    assert "40 rows seen" in text  # without the totals row of each sheet
    receipts = {receipt["record_type"]: receipt for receipt in land_reviewed("office", [sample])}
    assert receipts["employment_month"]["n_loaded"] == 40
    assert receipts["employment_spell"]["n_loaded"] == 30


def test_sheets_whose_names_have_nothing_in_common(write_xlsx: Callable[..., Path], add: Add) -> None:
    rows = insurance_rows()
    sample = write_xlsx("book.xlsx", {"东城": (HEADERS, rows[:15]), "西城": (HEADERS, rows[15:])})
    add(sample)
    (receipt,) = land_reviewed("office", [sample])
    assert receipt["n_loaded"] == 40


def test_columns_that_lack_are_told_of_sheets_by_pattern(write_xlsx: Callable[..., Path], add: Add) -> None:
    kept = [at for at, header in enumerate(HEADERS) if header != "参保地"]
    sheets = {
        name: ([headers[at] for at in kept], [[row[at] for at in kept] for row in rows])
        for name, (headers, rows) in YEARS.items()
    }
    sample = write_xlsx("book.xlsx", sheets)
    added, _ = add(sample)
    assert added.lacking == {"employment_month": ["region_code"]}
    (table,) = rehearse("office", [sample]).tables
    assert [missing.column for missing in table.missing] == ["region_code"]


def test_tables_alike_that_cannot_be_read_are_named(write_sqlite: Callable[..., Path], add: Add) -> None:
    rows = insurance_rows()
    _, text = add(write_sqlite("office.db", {"JF2022": (HEADERS, rows[:15]), "JF2023": (HEADERS, rows[15:])}))
    (table,) = source_system("office").tables
    other = {"table:JF2022", "table:JF2023"} - {table.selector}
    assert f"# Not read, although it has the same headers: {other.pop()}." in text


def test_members_alike_are_all_read(write: Callable[..., Path], add: Add, tmp_path: Path) -> None:
    rows = insurance_rows()
    packed = tmp_path / "months.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(write("a.csv", rows=rows[:15]), "缴费202401.csv")
        archive.write(write("b.csv", rows=rows[15:]), "缴费202402.csv")
        archive.write(write("c.csv", JOBS, JOB_ROWS), "任职.csv")
    add(packed)
    receipts = {receipt["record_type"]: receipt["n_loaded"] for receipt in land_reviewed("office", [packed])}
    assert receipts == {"employment_month": 40, "employment_spell": 30}


def test_a_tiny_table_is_not_taken_for_a_register(write_sqlite: Callable[..., Path], add: Add) -> None:
    headers = ("SFZH", "DJ", "KSRQ", "JG")
    passed = ("合格", "不合格")
    rows = [[resident_id(i), "中级", f"202306{i % 28 + 1:02d}", passed[i % 2]] for i in range(200)]
    sample = write_sqlite("office.db", {"T_LOG": (("id", "msg"), [["1", "x"]]), "T_ZS": (headers, rows)})
    added, text = add(sample, record_types=["skill_certificate"])
    assert added.record_types == ("skill_certificate",)
    assert source_system("office").tables[0].selector == "table:T_ZS"
    # Eight digits under a header that says nothing are not offered as a day; they are named.
    assert "Not used: KSRQ" in text
    assert "Candidates: JG" in text


def test_a_table_that_nothing_fits_is_named(write_sqlite: Callable[..., Path], add: Add) -> None:
    rows = [[f"a{i}", f"b{i}"] for i in range(200)]
    sample = write_sqlite("office.db", {"T_LOG": (("id", "msg"), [["1", "x"]]), "T_AB": (("q", "w"), rows)})
    with pytest.raises(IecareerError, match="table:T_AB"):
        add(sample)


def test_employers_are_no_places_and_numbers_tell_what_lacks(write: Callable[..., Path], add: Add) -> None:
    headers = ("身份证号", "单位信用代码", "单位名称", "费款所属期", "缴费工资")
    rows = [
        [resident_id(i), credit_code(i % 7), f"杭州第{i % 7}有限公司", "202401", "5000"] for i in range(40)
    ]
    added, text = add(write("office.csv", headers, rows))
    assert added.lacking == {"employment_month": ["region_code"]}
    assert "有限公司" not in text
    assert r'transformLogic: "substr(\"单位信用代码\", 3, 6)"' in text


def test_year_of_birth_stands_in_the_number(write: Callable[..., Path], add: Add) -> None:
    headers = (
        "身份证号",
        "院校代码",
        "专业代码",
        "培养层次",
        "培养方式",
        "入学日期",
        "毕业日期",
        "性别",
        "生源地代码",
    )
    old = "330102990101123"
    rows = [
        [resident_id(i) if i else old, "4133010800", "510201", "高职", "普通", "2019-09-01", "2022-06-30",
         "男", "330100"]
        for i in range(30)
    ]  # fmt: skip
    sample = write("office.csv", headers, rows)
    added, text = add(sample)
    assert "birth_year" in added.lacking["graduate"]
    lines = [line.replace("#- {name: birth_year", "- {name: birth_year") for line in text.splitlines()]
    added.path.write_text("\n".join(lines).replace("status: draft", "status: active"), encoding="utf-8")
    (receipt,) = land_reviewed("office", [sample])
    assert receipt["n_loaded"] == 30
