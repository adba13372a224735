"""One dialect per text: a row that differs changes nothing for the others, whoever parses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.landing.content import InMemory
from iecareer.landing.read import Request, read
from tests.people import resident_id

A, B = (False, "1", "2", "3"), (False, "4", "5", "6")


def rows(text: str) -> dict[int, tuple[Any, ...]]:
    """Line → whether it is malformed (None: it lacks cells), and its cells below the headers a, b and c."""
    connection = duckdb.connect()
    found: dict[int, tuple[Any, ...]] = {}
    for _ in read(connection, InMemory(text.encode()), "csv", Request("test", frozenset("abc"))):
        for line, *row in connection.execute("select _line, _malformed, c0, c1, c2 from raw").fetchall():
            if row[0] or any(row):  # A blank row may be left to parsing.
                found[line] = tuple(row)
        connection.execute("drop table raw")
    return dict(sorted(found.items()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n1,2,3,\n4,5,6,\n", {2: A, 3: B}),
        ("a,b,c\n1,2,3,\n4,5,6,\n\n", {2: A, 3: B}),
        ("a,b,c\n1,2,3,,,\n\n4,5,6\n  \n", {2: A, 4: B}),
        ("a,b,c\n1,2,3\n4,5,6\n\n\n\x1a", {2: A, 3: B}),
        ("a,b,c,\n1,2,3\n4,5,6,\n", {2: A, 3: B}),
        ('a,b,c\n1,2,3,\n4,"5\n5",6,\n', {2: A, 3: (False, "4", "5\n5", "6")}),
        ('a,b,c\n1, "2, 2",3\n4,5,6\n', {2: (False, "1", "2, 2", "3"), 3: B}),
        (
            'a,b,c\n1, "2, 2",3\n4,"5\n\n5",6\n',
            {2: (False, "1", "2, 2", "3"), 3: (False, "4", "5\n\n5", "6")},
        ),
        ('a,b,c\n1,\t"2, 2" ,3\n4,5,6,,\n', {2: (False, "1", "2, 2", "3"), 3: B}),
        ("a,b,c\n1,2\n4,5,6\n", {2: (None, "1", "2", None), 3: B}),
        ("a,b,c\n1\n4,5,6\n", {2: (None, "1", None, None), 3: B}),
        ('a,b,c\n"1"\n"4","5","6"\n', {2: (None, "1", None, None), 3: B}),
        ('a,b,c\n1,"x\ny"\n4,5,6\n', {2: (None, "1", "x\ny", None), 4: B}),
        ("a,b,c\n1,2,3,x\n4,5,6\n", {2: (True, "1", "2", "3"), 3: B}),
        ("a,b,c\n1,2,3, \n4,5,6\n", {2: A, 3: B}),
        ('a,b,c\n1,"2,3\n4,5,6\n', {2: (True, None, None, None), 3: B}),
        ('a,b,c\n1,5" x,3\n4,5\n', {2: (False, "1", '5" x', "3"), 3: (None, "4", "5", None)}),
        ('a,b,c\n1,"5"" x",3\n4,"5"x,6\n', {2: (False, "1", '5" x', "3"), 3: (True, None, None, None)}),
        ("a\tb\tc\n1\t2\n4\t5\t6\t\n", {2: (None, "1", "2", None), 3: B}),
        ('a;b;c\n1;"2\n2";3;\n4;5;6;\n', {2: (False, "1", "2\n2", "3"), 4: B}),
        ("a,b,c\n1,2,3\n,,\n4,5,6", {2: A, 4: B}),
    ],
)
def test_rows_of_a_text(text: str, expected: dict[int, tuple[Any, ...]]) -> None:
    assert rows(text) == expected


HEADERS = ("编号", "职位", "发布日期", "地区", "职业", "最低", "最高", "学历", "描述")
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: board
name: board
version: 1.0.0
status: active
servers:
  - {server: source, type: local, path: "board/*.csv", format: csv}
schema:
  - name: job_posting
    properties:
      - {name: posting_id, logicalType: string, physicalName: 编号}
      - {name: title, logicalType: string, physicalName: 职位}
      - {name: posted_on, logicalType: string, physicalName: 发布日期}
      - {name: region_code, logicalType: string, physicalName: 地区}
      - {name: description, logicalType: string, physicalName: 职位}
      - {name: salary_low, logicalType: string, physicalName: 最低}
      - {name: salary_high, logicalType: string, physicalName: 最高}
"""


def test_a_row_may_lack_empty_cells_at_its_end_but_none_before(
    write_csv: Callable[..., Path], land_one: Any, landed: Any, system: Any
) -> None:
    system("board", CONTRACT)
    full = ("A0", "会计", "2023-07-01", "330102", "2-06-03-00", "5000", "8000", "大专", "x")
    short = [("A1", *full[1:7]), ("A2", *full[1:6]), ("A3", *full[1:4])]
    gaps = [("B1", *full[2:7]), ("B2", *full[1:2], *full[3:7])]
    receipt = land_one(write_csv("a.csv", HEADERS, [full, *short, *gaps]), source="board")
    assert (receipt["n_loaded"], receipt["reasons"]) == (4, {"malformed_row": 2})
    assert landed("job_posting", "posting_id, salary_low, salary_high") == [
        ("A0", 5000.0, 8000.0),
        ("A1", 5000.0, 8000.0),
        ("A2", 5000.0, None),
        ("A3", None, None),
    ]


def test_short_rows_of_a_long_file(write_csv: Callable[..., Path], land_one: Any, landed: Any) -> None:
    """Long files are read by lookups; a row that lacks cells takes the way of the rules."""
    headers = ("posting_id", "posted_on", "title", "region_code", "description", "salary_low")
    begin = ("2023-07-01", "会计", "330100", "会计")
    written = [(f"A{at}", *begin, "5000") for at in range(21_000)] + [(f"B{at}", *begin) for at in range(50)]
    receipt = land_one(write_csv("job_posting.csv", headers, written))
    assert (receipt["n_loaded"], receipt["reasons"]) == (21_050, {})
    assert sum(low is None for (low,) in landed("job_posting", "salary_low")) == 50


def test_persons_of_short_rows_are_kept(write_csv: Callable[..., Path], land_one: Any) -> None:
    headers = (
        "person_id",
        "institution_code",
        "program_code",
        "wave_months",
        "responded_on",
        "activity",
        "job_title",
    )
    begin = ("4133010001", "460103", "6", "2023-07-01", "employed")
    written = [(resident_id(1), *begin, "r1"), (resident_id(2), *begin), (resident_id(3), *begin[1:])]
    receipt = land_one(write_csv("followup_response.csv", headers, written))
    assert (receipt["n_loaded"], receipt["reasons"]) == (2, {"malformed_row": 1})
