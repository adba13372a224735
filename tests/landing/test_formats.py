"""Every format lands the same rows, whatever surrounds them; what cannot be read says where and what next."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.landing.open_documents import ods, words
from tests.people import credit_code, resident_id

HEADERS = ("证件号码", "单位", "缴费月份", "基数", "地区")
ROWS = [(resident_id(n), credit_code(n), "2024-07-01", 5000 + n, "330102") for n in range(5)]
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: bureau
version: 1.0.0
status: active
servers:
- {{server: files, type: local, path: "bureau/*", format: {format}}}
schema:
- name: employment_month
  physicalName: {selector}
  properties:
  - {{name: person_id, logicalType: string, physicalName: 身份证号, synonyms: [{{synonym: 证件号码}}]}}
  - {{name: enterprise_code, logicalType: string, physicalName: 单位}}
  - {{name: month, logicalType: string, physicalName: 缴费月份}}
  - {{name: contribution_base, logicalType: string, physicalName: 基数}}
  - {{name: region_code, logicalType: string, physicalName: 地区}}
"""


@pytest.fixture
def bureau(
    system: Callable[[str, str], None], land_one: Callable[..., dict[str, Any]], tmp_path: Path
) -> Any:
    def deliver(
        file_format: str, name: str, content: bytes | None = None, selector: str = '"*"'
    ) -> dict[str, Any]:
        system("bureau", CONTRACT.format(format=file_format, selector=selector))
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        return land_one(path, source="bureau")

    return deliver


def text(delimiter: str = ",", before: str = "", after: str = "", newline: str = "\n") -> str:
    lines = [delimiter.join(map(str, row)) for row in (HEADERS, *ROWS)]
    return before + newline.join(lines) + newline + after


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimited_text_in_any_usual_encoding(bureau: Any, encoding: str, delimiter: str) -> None:
    receipt = bureau("csv", "月报.csv", text(delimiter).encode(encoding))
    assert (receipt["n_in"], receipt["n_loaded"], receipt["error"]) == (5, 5, None)


@pytest.mark.parametrize(
    ("content", "n_in", "reasons"),
    [
        (text(before="某市社会保险经办机构\n二\u3007二四年七月\n"), 5, {}),
        (text(newline="\r\n"), 5, {}),
        (text(after="\n\n"), 5, {}),
        (text(after="合计,,,25010,\n"), 6, {"totals_row": 1}),
        (text(after="合计,25010\n"), 6, {"totals_row": 1}),
        (text(after="制表人：张三　审核人：李四,,,,\n"), 6, {"note_row": 1}),
        (text(after="制表人：张三,复核：,,第1页 共1页,\n打印日期：2024-08-06\n"), 7, {"note_row": 2}),
        (text(after="制表人：,张三,,审核：,李四\n"), 6, {"note_row": 1}),
        (text(after="说明：本表由系统导出,,,,\n第1页,,,,\n"), 7, {"note_row": 2}),
        (
            text(after="注：数据截至7月,注：数据截至7月,注：数据截至7月,注：数据截至7月,注：数据截至7月\n"),
            6,
            {"note_row": 1},
        ),
        (text(after=f"说明,{credit_code(1)},202407,5000,330102\n"), 6, {"bad_checksum:person_id": 1}),
        (text(after="a,b\n"), 6, {"malformed_row": 1}),
        (text(after="1,2,3,4,5,6,7\n"), 6, {"malformed_row": 1}),
    ],
)
def test_what_surrounds_the_rows(bureau: Any, content: str, n_in: int, reasons: dict[str, int]) -> None:
    receipt = bureau("csv", "月报.csv", content.encode())
    assert (receipt["n_in"], receipt["n_loaded"], receipt["reasons"]) == (n_in, 5, reasons)


def test_lines_are_counted_as_an_editor_counts_them(bureau: Any, home: Path) -> None:
    import duckdb

    broken = text().splitlines()
    quoted = broken[2].removesuffix("330102") + '"330102\n"'
    bureau("csv", "月报.csv", "\n".join([*broken[:2], quoted, "x,y,z,1,2", *broken[3:]]).encode())
    (path,) = (home / "quarantine" / "bureau").glob("*.parquet")
    assert duckdb.connect().execute(f"select line from '{path}'").fetchall() == [(5,)]


def test_workbook_with_title_and_totals(bureau: Any, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "月报.xlsx") as book:
        book.add_worksheet("说明").write(0, 0, "本表由经办机构填写")
        sheet = book.add_worksheet("数据")
        sheet.merge_range(0, 0, 0, 4, "某市参保月报")
        sheet.write_row(1, 0, HEADERS)
        for number, row in enumerate(ROWS):
            sheet.write_row(2 + number, 0, row)
        sheet.write_row(7, 0, ["合计", "", "", 25010])
    receipt = bureau("xlsx", "月报.xlsx")
    assert (receipt["n_in"], receipt["n_loaded"], receipt["reasons"]) == (6, 5, {"totals_row": 1})


def test_json_lines_with_a_broken_line(bureau: Any) -> None:
    lines = [json.dumps(dict(zip(HEADERS, row, strict=True)), ensure_ascii=False) for row in ROWS]
    receipt = bureau("jsonl", "a.jsonl", "\n".join([*lines, '{"证件号码": ', "[1]", ""]).encode())
    assert (receipt["n_in"], receipt["n_loaded"], receipt["reasons"]) == (7, 5, {"malformed_row": 2})


def test_sqlite_table(bureau: Any, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute(f"create table 缴费 ({', '.join(HEADERS)})")
    database.execute("create table 其他 (a)")
    database.executemany("insert into 缴费 values (?, ?, ?, ?, ?)", ROWS)
    database.commit()
    database.close()
    assert bureau("sqlite", "a.db", selector="table:缴费")["n_loaded"] == 5
    assert "tables is named" in bureau("sqlite", "a.db", selector="table:缴")["error"]


@pytest.mark.parametrize(
    ("file_format", "content", "said"),
    [
        ("csv", b"", "the file is empty"),
        ("csv", b"\xff\xfe\xff", "does not fit"),
        ("csv", "证件号码,单位\n1,2\n".encode() + b"\xff\xff", "line 3"),
        ("csv", "甲,乙\n1,2\n".encode(), "none of the contract's headers"),
        ("csv", text().replace("缴费月份", "缴费年月").encode(), "did you mean 缴费年月"),
        ("csv", text().replace("单位", "基数").encode(), "occurs twice, in columns 2 and 4"),
        ("xlsx", b"PK\x03\x04 cut off", "not an .xlsx workbook"),
        ("parquet", b"PAR1 cut off", "cannot be read as Parquet"),
        ("sqlite", b"SQLite format 3\0 cut off", "cannot be read as a SQLite database"),
        ("jsonl", b"[1, 2]\n", "none of the contract's headers is a key"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_next(
    bureau: Any, file_format: str, content: bytes, said: str
) -> None:
    error = bureau(file_format, "月报.dat", content)["error"]
    assert "bureau, 月报.dat" in error
    assert said in error
    assert resident_id(1) not in error


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(
    bureau: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from iecareer.landing.read import sheets

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_row(0, 0, HEADERS)
    monkeypatch.setattr(sheets, "_UNPACKED_LIMIT", 1000)
    assert "unpacks to" in bureau("xlsx", "a.xlsx")["error"]
    assert "unpacks to" in bureau("xlsx", "a.ods", ods(words(*HEADERS), pad=" " * 1000))["error"]
