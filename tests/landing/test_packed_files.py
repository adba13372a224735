"""What is packed or laid out in sheets lands whole: by member, by sheet, under merged headers; places say where."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from iecareer.landing import land, waiting
from tests.people import credit_code, resident_id

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: bureau
version: 1.0.0
status: active
servers:
- {server: files, type: local, path: "bureau/*", format: csv}
schema:
- name: employment_month
  physicalName: "%s"
  properties:
  - {name: person_id, logicalType: string, physicalName: 证件号码}
  - {name: enterprise_code, logicalType: string, physicalName: 单位}
  - {name: month, logicalType: string, physicalName: 养老保险 月份, synonyms: [{synonym: 月份}]}
  - {name: contribution_base, logicalType: string, physicalName: 养老保险 基数, synonyms: [{synonym: 基数}]}
  - {name: region_code, logicalType: string, physicalName: 地区}
- name: employer_succession
  physicalName: "改制*"
  properties:
  - {name: predecessor_code, logicalType: string, physicalName: 原单位}
  - {name: successor_code, logicalType: string, physicalName: 新单位}
  - {name: effective_on, logicalType: string, physicalName: 日期}
"""
HEADERS = ["证件号码", "单位", "月份", "基数", "地区"]


def row(number: int) -> list[str]:
    return [resident_id(number), credit_code(number), "2024-07", "5000", "330102"]


def lines(*rows: list[str], headers: list[str] = HEADERS) -> bytes:
    return "\n".join(",".join(cells) for cells in (headers, *rows)).encode()


def book(sheets: dict[str, list[list[str]]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return stream.getvalue()


def pack(path: Path, **members: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return path


@pytest.fixture
def bureau(system: Callable[[str, str], None], home: Path) -> Callable[[str], None]:
    return lambda selector: system("bureau", CONTRACT % selector)


def test_members_go_to_the_record_type_that_names_them(
    bureau: Callable[[str], None], tmp_path: Path, landed: Any
) -> None:
    bureau("参保*")
    codes = lines([credit_code(1), credit_code(2), "2024-07-01"], headers=["原单位", "新单位", "日期"])
    path = pack(
        tmp_path / "七月.zip",
        参保1__csv=lines(row(1)),
        参保2__csv=lines(row(2)),
        改制__csv=codes,
        说明__txt=b"x",
    )
    receipts = {receipt["record_type"]: receipt for receipt in land("bureau", [path])}
    assert {kind: receipt["n_loaded"] for kind, receipt in receipts.items()} == {
        "employment_month": 2,
        "employer_succession": 1,
    }
    assert len(landed("employment_month")) == 2


def test_an_archive_whose_own_name_fits_is_taken_whole(bureau: Callable[[str], None], tmp_path: Path) -> None:
    bureau("参保*")
    path = pack(tmp_path / "参保七月.zip", a__csv=lines(row(1)), b__csv=lines(row(2)))
    (receipt,) = land("bureau", [path])
    assert (receipt["record_type"], receipt["n_loaded"]) == ("employment_month", 2)


def test_archives_wait_in_the_inbox_until_they_are_landed(
    bureau: Callable[[str], None], tmp_path: Path
) -> None:
    bureau("参保*")
    path = pack(tmp_path / "inbox" / "bureau" / "七月.zip", 参保1__csv=lines(row(1)))
    other = pack(tmp_path / "inbox" / "bureau" / "照片.zip", 照片__csv=b"x")
    assert waiting("bureau") == [path]
    assert [receipt["n_loaded"] for receipt in land("bureau")] == [1]
    assert waiting("bureau") == []
    assert other.exists()


def test_an_archive_that_cannot_be_read_is_told_not_passed_over(
    bureau: Callable[[str], None], tmp_path: Path
) -> None:
    bureau("参保*")
    path = pack(tmp_path / "七月.zip", 参保1__csv=lines(row(1)))
    path.write_bytes(path.read_bytes()[:-30])
    assert all("not a complete ZIP archive" in receipt["error"] for receipt in land("bureau", [path]))


def test_quarantined_rows_name_member_sheet_and_line(
    bureau: Callable[[str], None], tmp_path: Path, home: Path
) -> None:
    bureau("*")
    bad = ["x", *row(1)[1:]]
    sheets = {"1月": [["某市"], HEADERS, row(1), bad], "说明": [["填报说明"]]}
    path = pack(tmp_path / "七月.zip", a__csv=lines(row(2), bad), b__xlsx=book(sheets))
    (receipt,) = land("bureau", [path])
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (2, 2)
    found = duckdb.sql(f"select file, sheet, line from '{home}/quarantine/bureau/*.parquet'").fetchall()
    assert found == [("七月.zip", "a.csv", 3), ("七月.zip", "b.xlsx, 1月", 4)]


@pytest.mark.parametrize("upper", [["养老保险", "", "医疗保险", ""], ["医疗保险", "", "养老保险", ""]])
def test_the_same_header_twice_is_told_apart_by_the_one_above(
    bureau: Callable[[str], None], tmp_path: Path, landed: Any, upper: list[str]
) -> None:
    bureau("*")
    pension, medical = ["2024-07", "5000"], ["2023-01", "9999"]
    cells = [*pension, *medical] if upper[0] == "养老保险" else [*medical, *pension]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        sheet = made.add_worksheet()
        for column, header in enumerate(("证件号码", "单位", "地区")):
            sheet.merge_range(1, column, 2, column, header)
        sheet.merge_range(1, 3, 1, 4, upper[0])
        sheet.merge_range(1, 5, 1, 6, upper[2])
        sheet.write_row(2, 3, ["月份", "基数", "月份", "基数"])
        sheet.write_row(3, 0, [resident_id(1), credit_code(1), "330102", *cells])
    receipt = land("bureau", [tmp_path / "a.xlsx"])[0]
    assert (receipt["error"], receipt["n_loaded"]) == (None, 1)
    assert landed("employment_month", "month::varchar, contribution_base") == [("2024-07-01", 5000.0)]


def test_a_contract_that_names_a_sheet_refuses_what_has_none(
    bureau: Callable[[str], None], tmp_path: Path
) -> None:
    bureau("sheet:本月")
    (tmp_path / "a.csv").write_bytes(lines(row(1)))
    assert "names the sheet '本月', but the file is csv" in land("bureau", [tmp_path / "a.csv"])[0]["error"]
