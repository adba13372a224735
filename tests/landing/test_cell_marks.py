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
