"""Which of several rows of a delivery counts that share a key and differ: the contract's rule."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from iecareer.lake.manifest import versions
from iecareer.landing import land
from iecareer.landing.parse import parser
from iecareer.landing.store import parquet_pieces
from iecareer.onboarding import rehearse
from tests.landing.conftest import RECEIVED_ON
from tests.landing.insurance import contract, land_bureau, landed_months, months_csv

ROWS = (
    "1,202306,5000,2023-07-03 10:00:00,1",
    "1,202306,3000,2023-07-05,2",
    "1,202306,4000,2023-07-03 09:00:00,3",
    "1,202306,4000,2023-07-03 09:00:00,3",
    "2,202306,100,,4",
)
HEADERS = "所属期,缴费基数,更新时间,流水"


@pytest.mark.parametrize(
    ("rule", "base", "n_conflicting"),
    [
        (None, 4000, 2),
        ("last", 4000, 2),
        ("first", 5000, 3),
        ("largest", 5000, 3),
        ("sum", 12000, 2),
        ("{newest: 更新时间}", 3000, 3),
        ("{newest: [修改时间, 更新时间]}", 3000, 3),
        ("{newest: 流水}", 4000, 2),
    ],
)
def test_each_rule(
    home: Path, tmp_path: Path, system: Any, rule: str | None, base: float, n_conflicting: int
) -> None:
    system(
        "bureau",
        contract({"sameKey": rule} if rule else {"rowFilter": "{流水: {keep: ['1', '2', '3', '4']}}"}),
    )
    receipt = land_bureau(months_csv(tmp_path / "a.csv", HEADERS, ROWS))
    assert landed_months(home) == [("2023-06", 100), ("2023-06", base)]
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_superseded"]) == (5, 2, 3)
    assert receipt["n_conflicting"] == n_conflicting
    assert [part.n for part in versions()[0].parts] == [2]


def test_refuse_refuses_the_delivery_with_the_lines(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract({"sameKey": "refuse"}))
    (receipt,) = land("bureau", [months_csv(tmp_path / "a.csv", HEADERS, ROWS)], RECEIVED_ON)
    assert "2 records share their key (person_id, enterprise_code, month)" in receipt["error"]
    assert "a.csv, line 2; a.csv, line 3" in receipt["error"]
    assert versions() == []
    assert landed_months_or_none(home) == []


def landed_months_or_none(home: Path) -> list[Any]:
    return list((home / "lake" / "landing").rglob("*.parquet"))


def test_refuse_lets_exact_repeats_be(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract({"sameKey": "refuse"}))
    receipt = land_bureau(months_csv(tmp_path / "a.csv", HEADERS, [*ROWS[2:], ROWS[4]]))
    assert (receipt["n_loaded"], receipt["n_superseded"], receipt["n_conflicting"]) == (2, 2, 0)


def test_a_sum_takes_a_repeated_row_once_and_equal_parts_twice(
    home: Path, tmp_path: Path, system: Any
) -> None:
    system("bureau", contract({"sameKey": "sum"}))
    rows = [
        "1,202306,2500,上半月",
        "1,202306,2500,下半月",
        "1,202306,2500,下半月",
        "2,202307,7,x",
        "2,202307,7,x",
    ]
    land_bureau(months_csv(tmp_path / "a.csv", "所属期,缴费基数,说明", rows))
    assert landed_months(home) == [("2023-06", 5000), ("2023-07", 7)]


def test_a_serial_number_makes_no_row_another(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract({"sameKey": "sum"}))
    rows = ["1,202306,2500,1", "1,202306,2500,2", "1,202306,1000,3"]
    land_bureau(months_csv(tmp_path / "a.csv", "所属期,缴费基数,序号", rows))
    assert landed_months(home) == [("2023-06", 3500)]


def test_a_declared_rule_settles_conflicts(home: Path, tmp_path: Path, system: Any) -> None:
    rows = [f"{person},202306,{base},," for person in range(60) for base in (5000, 6000)]
    for rule, verdict in (("largest", "warn"), (None, "stop")):
        text = contract({"sameKey": rule} if rule else {"rowFilter": "{流水: {keep: [null]}}"})
        system("bureau", text)
        table = rehearse("bureau", [months_csv(tmp_path / "a.csv", HEADERS, rows)], RECEIVED_ON).tables[0]
        failed = {f["expectation"] for f in table.failed}
        assert (verdict == "stop") == ("key_conflict_share" in failed)
        assert (verdict == "stop") == ("rows_of_a_key_agree" in failed)
        assert table.receipt["n_conflicting"] == 60


@pytest.mark.parametrize("rule", ["sum", "largest", "first", "{newest: 更新}"])
def test_a_rule_holds_across_pieces_and_files(
    home: Path, tmp_path: Path, system: Any, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    monkeypatch.setattr(parser, "_BATCH_ROWS", 40)
    monkeypatch.setattr(parquet_pieces, "_COMPARED", 30)
    system("bureau", contract({"sameKey": rule}))
    chance, told = random.Random(rule), {}
    paths = []
    for name in "abc":
        rows = []
        for serial in range(100):
            person, base, day = chance.randrange(50), chance.randrange(1, 99) * 50, chance.randrange(1, 28)
            rows.append(f"{person},202306,{base},2023-07-{day:02d},{name}{serial}")
            told.setdefault(person, []).append((base, day))
        paths.append(months_csv(tmp_path / f"{name}.csv", "所属期,缴费基数,更新,流水", rows))
    receipt = land_bureau(*paths)
    expected = {
        "sum": lambda rows: sum(base for base, _ in rows),
        "largest": lambda rows: max(base for base, _ in rows),
        "first": lambda rows: rows[0][0],
        "{newest: 更新}": lambda rows: [base for base, day in rows if day == max(d for _, d in rows)][-1],
    }[rule]
    assert sorted(base for _, base in landed_months(home)) == sorted(expected(rows) for rows in told.values())
    assert receipt["n_superseded"] == 300 - len(told)


def test_months_of_spans_that_meet_are_added(home: Path, tmp_path: Path, system: Any) -> None:
    from tests.landing.insurance import BASE

    system("bureau", contract({"monthSpan": "{from: 起, to: 止}", "sameKey": "sum"}, BASE))
    land_bureau(
        months_csv(tmp_path / "a.csv", "起,止,缴费基数", ["1,202301,202303,100", "1,202302,202304,10"])
    )
    assert landed_months(home) == [("2023-01", 100), ("2023-02", 110), ("2023-03", 110), ("2023-04", 10)]
