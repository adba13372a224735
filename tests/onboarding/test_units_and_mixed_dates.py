"""Units above the headers, dates in two formats, and numbers that belong to another column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt

from iecareer.onboarding import Added, rehearse
from iecareer.sources import source_system
from tests.people import credit_code, resident_id

Add = Callable[..., tuple[Added, str]]
FIRMS = (
    "统一社会信用代码",
    "企业名称",
    "年度",
    "行业代码",
    "所在地",
    "企业规模",
    "营业收入",
    "研发费用(元)",
    "经营状态",
)


def firms() -> list[list[Any]]:
    return [
        [credit_code(at), f"某{at}厂", 2023, "C34", "宁波市", "小型", 1200.5 + at, 90_000 + at, "存续"]
        for at in range(30)
    ]


def transform_of(column: str) -> str | None:
    mapped = {mapping.column: mapping for mapping in source_system("office").tables[0].mappings}
    return mapped[column].transform


def old_book(path: Path, titles: list[str]) -> Path:
    made = xlwt.Workbook()
    sheet = made.add_sheet("年报")
    for number, title in enumerate(titles):
        sheet.write_merge(number, number, 0, 8, title)
    for number, row in enumerate([FIRMS, *firms()], len(titles)):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    made.save(path)
    return path


@pytest.mark.parametrize("form", ["xls", "csv", "gb.csv", "utf16.csv"])
@pytest.mark.parametrize(
    ("line", "factor"),
    [("填报单位：某局        单位：万元", 10_000), ("金额单位: 千元", 1000), ("填报单位：某局", 1)],
)
def test_a_unit_above_the_headers_counts_for_amounts_that_tell_none(
    tmp_path: Path, write: Callable[..., Path], add: Add, form: str, line: str, factor: int
) -> None:
    titles = ["2023年度企业年报汇总", line]
    if form == "xls":
        sample = old_book(tmp_path / "firms.xls", titles)
    else:
        encoding = {"csv": "utf-8", "gb.csv": "gb18030", "utf16.csv": "utf-16"}[form]
        sample = write("firms.csv", FIRMS, firms(), titles=titles, encoding=encoding)
    _, text = add(sample)
    assert transform_of("revenue") == (f"value * {factor}" if factor > 1 else None)
    assert transform_of("rd_expense") is None
    assert ("above the headers" in text) == (factor > 1)


def test_dates_in_two_forms_are_both_read(write_xlsx: Callable[..., Path], add: Add) -> None:
    """Half of the cells are Excel dates, half are typed as text."""
    headers = ("身份证号", "用人单位", "入职时间", "离职时间", "数据截止日期")
    rows = [
        [resident_id(at), "某厂", date(2021, 3, 14) if at % 2 else "14.03.2021",
         "—" if at % 3 else "28.02.2023", date(2024, 12, 31)]
        for at in range(40)
    ]  # fmt: skip
    sample = write_xlsx("jobs.xlsx", {"任职": (headers, rows)})
    add(sample)
    table = rehearse("office", [sample]).tables[0]
    assert (table.receipt["n_loaded"], table.receipt["reasons"]) == (40, {"totals_row": 1})
    assert {row["started_on"] for row in table.rows} == {"2021-03"}


def test_numbers_of_persons_are_no_codes_of_institutions(write: Callable[..., Path], add: Add) -> None:
    headers = ("学号", "身份证号", "学校名称", "专业名称", "层次", "入学时间", "毕业时间", "性别", "生源地")
    rows = [
        [
            f"2021{at:04d}",
            resident_id(at),
            "某学院",
            "会计",
            "大专",
            "2021.09",
            "2024.06",
            "男",
            "浙江省宁波市海曙区",
        ]
        for at in range(40)
    ]
    added, text = add(write("graduates.csv", headers, rows))
    assert added.record_types == ("graduate",)
    assert {"institution_code", "program_code"} <= set(added.lacking["graduate"])
    for column, header in (("institution_code", "学校名称"), ("program_code", "专业名称")):
        line = next(line for line in text.splitlines() if f"#- {{name: {column}" in line)
        assert header in line
        assert "valueMapFile" not in line
    assert '浙江省宁波市海曙区: "330203"' in text


def test_a_header_that_differs_in_every_row_is_named_beside_a_made_key(
    write: Callable[..., Path], add: Add
) -> None:
    headers = ("Vorgang", "职位", "城市", "发布日期", "职位描述")
    rows = [[f"A-{at:04d}", "会计", "杭州", "2024-05-06", f"第{at}处"] for at in range(30)]
    _, text = add(write("jobs.csv", headers, rows))
    assert "a key may be in Vorgang" in text


def test_a_number_of_persons_is_named_where_one_is_due(write: Callable[..., Path], add: Add) -> None:
    headers = ("Aktenzeichen", "Firma", "Eintritt", "Stand")
    rows = [[f"P-{at:05d}", f"Firma {at % 5}", "2020-01-01", "2023-12-31"] for at in range(40)]
    _, text = add(write("personal.csv", headers, rows), record_types=["employment_spell"])
    assert '#- {name: person_id, logicalType: string, physicalName: "Aktenzeichen"}' in text
