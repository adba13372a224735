"""A row that holds many months: a span in two cells or in one, or a column for each month."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iecareer.lake.manifest import versions
from iecareer.landing import land
from iecareer.landing.parse import parser, value_cache
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.quarantine.open_rows import accounts
from iecareer.landing.read import decoding
from iecareer.onboarding import rehearse
from tests.landing.conftest import RECEIVED_ON
from tests.landing.insurance import BASE, contract, land_bureau, landed_months, months_csv
from tests.landing.test_passes import outcome

SPAN = {"monthSpan": "{from: 起始年月, to: 终止年月}"}
ONE_CELL = {"monthSpan": "{in: 费款所属期}"}
WIDE = {"monthColumns": '{header: "{month}缴费基数", column: contribution_base}'}


def months(first: str, last: str) -> list[str]:
    """Months from first to last, YYYY-MM."""
    found, year, month = [], int(first[:4]), int(first[5:])
    while f"{year}-{month:02d}" <= last:
        found.append(f"{year}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def test_begin_and_end_in_two_columns(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(SPAN, BASE))
    rows = [f"{person},202301,202306,{5000 + person}" for person in range(12)]
    receipt = land_bureau(months_csv(tmp_path / "a.csv", "起始年月,终止年月,缴费基数", rows))
    assert (receipt["n_rows"], receipt["n_in"], receipt["n_loaded"]) == (12, 72, 72)
    landed = landed_months(home)
    assert sum(base for _, base in landed) == 360_396
    assert [month for month, _ in landed] == [
        month for month in months("2023-01", "2023-06") for _ in range(12)
    ]
    assert [(part.period, part.n) for part in versions()[0].parts] == [
        (month, 12) for month in months("2023-01", "2023-06")
    ]


def test_a_column_for_each_month(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(WIDE, ""))
    headers = ",".join(f"2023年{month}月缴费基数" for month in range(1, 13))
    rows = [f"{person}{f',{5000 + person}' * 12}" for person in range(12)]
    path = months_csv(tmp_path / "a.csv", headers, [row.replace(",", ",", 1) for row in rows])
    receipt = land_bureau(path)
    assert (receipt["n_rows"], receipt["n_in"], receipt["n_loaded"]) == (12, 144, 144)
    assert sum(base for _, base in landed_months(home)) == 720_792
    assert {month for month, _ in landed_months(home)} == set(months("2023-01", "2023-12"))
    table = rehearse("bureau", [path], RECEIVED_ON).tables[0]
    assert (table.unused, table.missing) == ((), ())
    assert {c["column"]: c["header"] for c in table.columns}["month"] == "{month}缴费基数"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("202301-202306", "2023-01", "2023-06"),
        ("202301", "2023-01", "2023-01"),
        ("20230101-20230630", "2023-01", "2023-06"),
        ("2023.01-2023.06", "2023-01", "2023-06"),
        ("2023.1.1-2023.6.30", "2023-01", "2023-06"),
        ("2023-01-2023-06", "2023-01", "2023-06"),
        ("2023-01-01至2023-06-30", "2023-01", "2023-06"),
        ("2023-01 - 2023-06", "2023-01", "2023-06"),
        ("2023/01/01~2023/06/30", "2023-01", "2023-06"),
        ("２０２３０１～２０２３０６", "2023-01", "2023-06"),
        ("2023年1月-2023年6月", "2023-01", "2023-06"),
        ("2023年1月—6月", "2023-01", "2023-06"),
        ("2023年1-6月", "2023-01", "2023-06"),
        ("2023年01月至06月", "2023-01", "2023-06"),
        ("202301-06", "2023-01", "2023-06"),
        ("2023.01-06", "2023-01", "2023-06"),
        ("2023-01至06", "2023-01", "2023-06"),
        ("二〇二三年一月至六月", "2023-01", "2023-06"),
        ("自2023年1月起至2023年6月止", "2023-01", "2023-06"),
        ("2022年11月-2023年2月", "2022-11", "2023-02"),
        ("2023-01-15", "2023-01", "2023-01"),
        ("2023年7月", "2023-07", "2023-07"),
        ("2023/1/15", "2023-01", "2023-01"),
        ("20230115", "2023-01", "2023-01"),
        ("2023-13", None, None),
        ("2023-01/03", None, None),
        ("202301/03", None, None),
        ("202301 03", None, None),
        ("202301-202313", None, None),
        ("上半年", None, None),
        ("2023", None, None),
        ("2023-01-2023-06-2023-09", None, None),
        ("-202301", None, None),
    ],
)
def test_both_ends_in_one_cell(home: Path, text: str, first: str | None, last: str | None) -> None:
    with open_landing() as connection:
        ends = connection.execute(
            "select span_first(text), span_last(text) from (select normal(?) as text)", [text]
        ).fetchall()[0]
        read = "select date_trunc('month', parsed_date(text))::date from (select plain_date(?) as text)"
        found = [connection.execute(read, [end]).fetchall()[0][0] for end in ends]
    if first is None or last is None:
        assert None in found
    else:
        assert found == [date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")]


def test_a_span_that_is_none_is_quarantined(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(SPAN, BASE))
    rows = [
        "1,202306,202301,5000",
        "2,201001,202312,5000",
        "3,202301,,5000",
        "4,,202303,5000",
        "5,x,202303,5000",
    ]
    rows += ["6,202301,y,5000", "7,202610,202612,5000", "8,202301,202303,-1", "9,202301,202301,5000"]
    receipt = land_bureau(months_csv(tmp_path / "a.csv", "起始年月,终止年月,缴费基数", rows))
    assert receipt["reasons"] == {
        "after_receipt:month": 1,
        "missing:month": 1,
        "missing:终止年月": 1,
        "not_a_date:month": 1,
        "not_a_date:终止年月": 1,
        "not_positive:contribution_base": 3,
        "span_backwards:month": 1,
        "span_too_long:month": 1,
    }
    # Each month of the row with negative pay is a record, and so is each of a row that ends after the receipt.
    assert (receipt["n_rows"], receipt["n_in"], receipt["n_loaded"]) == (9, 13, 3)
    assert [account.n_open for account in accounts("bureau")] == [10]


@pytest.mark.parametrize(("last", "n"), [("201912", 120), ("202001", 0)])
def test_a_span_has_at_most_120_months(home: Path, tmp_path: Path, system: Any, last: str, n: int) -> None:
    system("bureau", contract(SPAN, BASE))
    path = months_csv(tmp_path / "a.csv", "起始年月,终止年月,缴费基数", [f"1,201001,{last},5000"])
    assert land_bureau(path)["n_loaded"] == n


def test_spans_that_overlap_give_way_month_by_month(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(SPAN, BASE))
    rows = ["1,202301,202306,5000", "1,202304,202308,6000", "1,202308,202309,6000"]
    receipt = land_bureau(months_csv(tmp_path / "a.csv", "起始年月,终止年月,缴费基数", rows))
    assert (receipt["n_in"], receipt["n_superseded"], receipt["n_conflicting"]) == (13, 4, 3)
    bases = [5000] * 3 + [6000] * 6
    assert landed_months(home) == list(zip(months("2023-01", "2023-09"), bases, strict=True))


def test_a_filter_beside_a_span_counts_months_too(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(SPAN | {"rowFilter": "{险种: {keep: [养老]}}"}, BASE))
    rows = ["1,养老,202301,202306,5000", "1,医疗,202301,202303,5350", "2,医疗,202306,202301,5350"]
    receipt = land_bureau(months_csv(tmp_path / "a.csv", "险种,起始年月,终止年月,缴费基数", rows))
    assert (receipt["n_rows"], receipt["n_in"], receipt["n_loaded"], receipt["n_left_out"]) == (3, 10, 6, 4)


@pytest.mark.parametrize(
    ("header", "months_found"),
    [
        ("2023年1月缴费基数,2023年2月缴费基数", ["2023-01", "2023-02"]),
        ("202301缴费基数,2023-02缴费基数", ["2023-01", "2023-02"]),
        ("2023.01缴费基数,２０２３年２月缴费基数", ["2023-01", "2023-02"]),
        ("二〇二三年一月缴费基数,2023/2缴费基数", ["2023-01", "2023-02"]),
        ("2022年12月缴费基数,平均缴费基数", ["2022-12"]),
        ("2022年12月缴费基数,2022年合计缴费基数", ["2022-12"]),
    ],
)
def test_headers_that_are_months(
    home: Path, tmp_path: Path, system: Any, header: str, months_found: list[str]
) -> None:
    system("bureau", contract(WIDE, ""))
    land_bureau(months_csv(tmp_path / "a.csv", header, ["1,5000,5001"]))
    assert [month for month, _ in landed_months(home)] == months_found


@pytest.mark.parametrize("header", ["202301,202302", "2023-01,2023年2月", "2023年1月,2023.02"])
def test_headers_that_are_nothing_but_months(home: Path, tmp_path: Path, system: Any, header: str) -> None:
    system("bureau", contract({"monthColumns": '{header: "{month}", column: contribution_base}'}, ""))
    land_bureau(months_csv(tmp_path / "a.csv", header, ["1,5000,5001"]))
    assert landed_months(home) == [("2023-01", 5000), ("2023-02", 5001)]


def test_of_a_wide_row_filled_cells_alone_are_records(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(WIDE, ""))
    rows = ["1,5000,,6000", "2,,,", "3,x,0,7000", ",1,2,3", "合计,1,2,3"]
    path = months_csv(tmp_path / "a.csv", "2023年1月缴费基数,2023年2月缴费基数,2023年3月缴费基数", rows)
    receipt = land_bureau(path)
    assert (receipt["n_rows"], receipt["n_in"], receipt["n_loaded"]) == (5, 11, 3)
    assert receipt["reasons"]["not_a_number:contribution_base"] == 1
    assert receipt["reasons"]["not_positive:contribution_base"] == 1
    assert landed_months(home) == [("2023-01", 5000), ("2023-03", 6000), ("2023-03", 7000)]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("1月缴费基数,2月缴费基数", "no header is like '{month}缴费基数' with a month and its year"),
        ("2023年1月缴费基数,202301缴费基数", "two headers like '{month}缴费基数' are of the month 2023-01"),
    ],
)
def test_wide_headers_that_are_no_months_are_refused(
    home: Path, tmp_path: Path, system: Any, header: str, said: str
) -> None:
    system("bureau", contract(WIDE, ""))
    (receipt,) = land("bureau", [months_csv(tmp_path / "a.csv", header, ["1,5000,5001"])], RECEIVED_ON)
    assert said in receipt["error"]


def test_the_amount_of_a_wide_table_can_be_converted(home: Path, tmp_path: Path, system: Any) -> None:
    column = "      - {name: contribution_base, logicalType: string, transformLogic: value * 10000}"
    system("bureau", contract(WIDE, column))
    land_bureau(months_csv(tmp_path / "a.csv", "2023年1月缴费基数", ["1,0.5"]))
    assert landed_months(home) == [("2023-01", 5000)]


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
@pytest.mark.parametrize("form", ["span", "one_cell", "wide"])
def test_looking_up_gives_the_months_that_the_careful_way_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Any, form: str, seed: int
) -> None:
    chance = random.Random(seed)
    rules = {"span": SPAN, "one_cell": ONE_CELL, "wide": WIDE}[form] | {"rowFilter": "{险种: {keep: [养老]}}"}
    system("bureau", contract(rules, "" if form == "wide" else BASE))

    def month() -> str:
        return chance.choice((f"2023{chance.randrange(1, 15):02d}", "2023-05", "2026-12", "", "202302"))

    def row() -> str:
        base = chance.choice((5000, 6000.5, "x", "", -1))
        cells = {
            "span": f"{month()},{month()},{base}",
            "one_cell": f"{month()}-{month()},{base}",
            "wide": f"{base},{chance.choice((1, '', 'y'))},{chance.choice((7000, ''))}",
        }[form]
        return f"{chance.randrange(60)},{chance.choice(('养老', '养老', '医疗', ''))},{cells}"

    headers = {
        "span": "起始年月,终止年月,缴费基数",
        "one_cell": "费款所属期,缴费基数",
        "wide": "2023年1月缴费基数,2023年2月缴费基数,2023年3月缴费基数",
    }[form]
    lines = [*(row() for _ in range(900)), "合计,,,,", "1,养老"]
    path = months_csv(tmp_path / "a.csv", f"险种,{headers}", lines)
    monkeypatch.setattr(parser, "_FEW_ROWS", 10**9)
    careful = outcome(monkeypatch, tmp_path / "careful", "bureau", path)
    assert careful[0]["error"] is None
    assert min(careful[0][f"n_{name}"] for name in ("loaded", "left_out", "quarantined", "superseded")) > 10
    assert careful[0]["n_rows"] == 902

    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    monkeypatch.setattr(value_cache, "_MANY", 8)
    monkeypatch.setattr(value_cache, "_FEW_CACHED", seed * 4)
    assert outcome(monkeypatch, tmp_path / "one_piece", "bureau", path) == careful
    monkeypatch.setattr(parser, "_BATCH_ROWS", 60)
    monkeypatch.setattr(decoding, "PIECE", 1 << (9 + seed))
    monkeypatch.setattr(decoding, "_HEAD", 100)
    assert outcome(monkeypatch, tmp_path / "pieces", "bureau", path) == careful
