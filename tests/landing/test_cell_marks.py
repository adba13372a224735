"""What stands in a cell without being part of its value is taken off: invisible letters, marks for Excel, NULL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from iecareer.landing.names import normal_header
from iecareer.landing.parse.cell_marks import NO_VALUE
from iecareer.landing.parse.connection import open_landing

TEXTS = {
    "'6-18-01-01": "6-18-01-01",
    "`6-18-01-01": "6-18-01-01",
    " '6-18-01-01": "6-18-01-01",
    "\u20186-18-01-01": "6-18-01-01",
    "\u200e'6-18-01-01": "6-18-01-01",
    "'-0.35": "-0.35",
    "'+0.35": "+0.35",
    "'0.35": "0.35",
    "'2020-09-01": "2020-09-01",
    "'2020-09-01 08:30": "2020-09-01 08:30",
    "'2023年7月": "2023年7月",
    "'8500元": "8500元",
    "'0101'": "0101",
    "''0101": "0101",
    "'91330102MA0000001C": "91330102MA0000001C",
    "'-": "-",
    "'": None,
    "\u00b46-18-01-01": "6-18-01-01",
    "\u20326-18-01-01": "6-18-01-01",
    "\u02bc6-18-01-01": "6-18-01-01",
    '\'="0101"': "0101",
    "6-18-01-01\u2800": "6-18-01-01",
    "\u2800": None,
    "'t Hart": "'t Hart",
    "'s-Gravenhage": "'s-Gravenhage",
    "O'Brien": "O'Brien",
    "'employed": "'employed",
    "'G20峰会": "'G20峰会",
    '="0101"': "0101",
    '="张三"': "张三",
    "\u202d330102200104150021\u202c": "330102200104150021",
    "33010220010415003X\u200e": "33010220010415003X",
    "6-18\u200b-01-01": "6-18-01-01",
    "6-18-01-01\u2069": "6-18-01-01",
    "33010\u00ad2": "330102",
    "\u20283301\u206002\u2029": "330102",
    "a\x07b\x00": "ab",
    " 0101\x00 \x00\u200b": "0101",
    "\x00\x00": None,
    "01\x0001": "01\x0001",
    "\x000101": "\x000101",
    "测试\n工程师": "测试\n工程师",
    "\u3164": None,
}


def test_marks_are_no_part_of_a_value(home: Path) -> None:
    with open_landing() as connection:
        found = connection.execute(
            "select text, normal(text) from (select unnest($texts) as text)", {"texts": [*TEXTS]}
        ).fetchall()
    assert dict(found) == TEXTS


def test_marks_are_no_part_of_a_header() -> None:
    assert normal_header("\u202d身份\u200e证号\ufeff") == "身份证号"
    assert normal_header("身份证号 \0\0") == "身份证号"
    assert normal_header("身份\0证号") != "身份证号"


DAMAGED = """
apiVersion: v3.1.0
kind: DataContract
id: board
version: 1.0.0
status: active
servers: [{server: files, type: local, path: "board/*", format: csv}]
schema:
- name: job_posting
  physicalName: "*"
  customProperties:
  - {property: rowFilter, value: {状态: {keep: [有效]}}}
  properties:
  - {name: posting_id, logicalType: string, physicalName: 编号}
  - {name: posted_on, logicalType: date, physicalName: 日期, transformLogic: "left(value, 10)"}
  - {name: title, logicalType: string, physicalName: 岗位}
  - {name: region_code, logicalType: string, physicalName: 地区, transformLogic: "regexp_extract(value, '[0-9]+')"}
  - {name: description, logicalType: string, physicalName: 描述}
  - {name: education_required, logicalType: string, physicalName: 学历}
"""


def test_a_nul_between_letters_is_damage(system: Any, land_one: Any, landed: Any, tmp_path: Path) -> None:
    # Each cell in turn, also where an expression or a filter would drop the NUL with what follows.
    system("board", DAMAGED)
    good = ["A", "2023-07-01 08:00", "会计", "330100市", "算账", "本科", "有效"]
    damaged = [
        [f"A{at}", *(cell[:-1] + "\0" + cell[-1] if n == at else cell for n, cell in enumerate(good) if n)]
        for at in range(8)
    ]
    damaged[0][0] = "A\x001"
    text = "编号,日期,岗位,地区,描述,学历,状态\n" + "".join(",".join(row) + "\n" for row in damaged)
    path = tmp_path / "ads.csv"
    path.write_text(text)
    receipt = land_one(path, source="board")
    lost = ("posting_id", "posted_on", "title", "region_code", "description", "状态")
    assert receipt["reasons"] == {f"damaged_text:{name}": 1 for name in lost}
    assert receipt["emptied"] == {"damaged_text:education_required": 1}
    assert sorted(landed("job_posting", "posting_id, education_required")) == [("A5", None), ("A7", "本科")]


LOST = {
    "宁\ufffd会计": True,
    "\ufffd": True,
    "锟斤拷会计": True,
    "??": True,
    "???? ??": True,
    "？？？": True,
    "?": False,
    "C++?? 开发": False,
    "是否会计?": False,
}


def test_marks_of_lost_letters_are_damage(write_csv: Callable[..., Path], land_one: Any, landed: Any) -> None:
    headers = ("posting_id", "posted_on", "title", "region_code", "description", "education_required")
    rows = [
        (f"A{at}", "2023-07-01", title, "330100", "算账", word)
        for at, (title, word) in enumerate([*((told, "本科") for told in LOST), ("会计", "本\ufffd")])
    ]
    receipt = land_one(write_csv("job_posting.csv", headers, rows))
    assert receipt["reasons"] == {"damaged_text:title": sum(LOST.values())}
    assert receipt["emptied"] == {"damaged_text:education_required": 1}
    assert {title for (title,) in landed("job_posting", "title")} == {
        *(told for told, is_lost in LOST.items() if not is_lost),
        "会计",
    }


def test_words_for_no_value_are_empty_unless_the_contract_means_them(
    write_csv: Callable[..., Path], land_one: Any, landed: Any, system: Any
) -> None:
    words = [*NO_VALUE, "NULL", "NaN", r"\N", "N/A", "NULLITY"]
    headers = (
        "posting_id",
        "posted_on",
        "title",
        "region_code",
        "description",
        "salary_low",
        "education_required",
    )
    rows = [
        (f"A{at:02}", "2023-07-01", "会计", "330100", "会计", "5000" if word == "NULLITY" else word, word)
        for at, word in enumerate(words)
    ]
    receipt = land_one(write_csv("job_posting.csv", headers, rows))
    assert (receipt["n_loaded"], receipt["reasons"]) == (len(words), {})
    found = landed("job_posting", "salary_low, education_required")
    assert sorted(found, key=str) == sorted(
        [(5000.0, "NULLITY")] + [(None, None)] * (len(words) - 1), key=str
    )


def test_a_word_for_no_value_is_missing_where_a_value_must_be(
    write_csv: Callable[..., Path], land_one: Any
) -> None:
    headers = ("posting_id", "posted_on", "title", "region_code", "description")
    rows = [("A1", "NULL", "会计", "330100", "x"), ("A2", "2023-07-01", r"\N", "330100", "x")]
    receipt = land_one(write_csv("job_posting.csv", headers, rows))
    assert receipt["reasons"] == {"missing:posted_on": 1, "missing:title": 1}


def test_errors_and_dates_are_no_codes(write_csv: Callable[..., Path], land_one: Any) -> None:
    headers = ("posting_id", "posted_on", "title", "region_code", "description")
    errors = ["#N/A", "#n/a", "#VALUE!", "Err:502", "########", "#BLOCKED!"]
    rows = [(f"A{at}", "2023-07-01", error, "330100", "x") for at, error in enumerate(errors)]
    rows += [
        (f"B{at}", "2023-07-01", "会计", code, "x")
        for at, code in enumerate(["2024-02-01", "1-Feb", "2月1日", "Feb-24"])
    ]
    receipt = land_one(write_csv("job_posting.csv", headers, rows))
    assert receipt["reasons"] == {"error_cell:title": len(errors), "not_a_code:region_code": 4}
