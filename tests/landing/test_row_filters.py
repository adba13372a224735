"""A contract says which rows are meant; the others are left out, counted by the filter that left them out."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from iecareer.landing import land
from iecareer.landing.parse import parser, value_cache
from iecareer.landing.read import decoding
from iecareer.onboarding import rehearse
from tests.landing.conftest import RECEIVED_ON
from tests.landing.insurance import contract, land_bureau, landed_months, months_csv
from tests.landing.test_passes import outcome

KINDS = ("企业职工基本养老保险", "失业保险", "工伤保险", "职工基本医疗保险")
PENSION = {"rowFilter": "{险种类型: {keep: [企业职工基本养老保险]}}"}
HEADERS = "险种类型,所属期,缴费基数"
GRADUATES = """\
apiVersion: v3.1.0
kind: DataContract
id: registry
name: registry
version: 1.0.0
status: active
servers:
  - {{server: files, type: local, path: "registry/*", format: csv}}
schema:
  - name: program
    customProperties:
      - {{property: rowFilter, value: {filter}}}
    properties:
      - {{name: program_code, logicalType: string, physicalName: 代码}}
      - {{name: edition, logicalType: string, transformLogic: "'2021'"}}
      - {{name: program_name, logicalType: string, physicalName: 名称}}
      - {{name: study_level, logicalType: string, transformLogic: "'bachelor'"}}
"""


def kinds_of_insurance(n: int) -> list[str]:
    """Four rows a person, told apart by the kind of insurance alone; only the pension has base 4,462 and more."""
    return [
        f"{person},{kind},202306,{(4462 if at == 0 else 5350) + person * 10}"
        for person in range(n)
        for at, kind in enumerate(KINDS)
    ]


def test_one_kind_of_insurance_is_meant(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(PENSION))
    path = months_csv(tmp_path / "si.csv", HEADERS, [*kinds_of_insurance(40), "合计,,,"])
    receipt = land_bureau(path)
    assert (receipt["n_rows"], receipt["n_in"]) == (161, 161)
    assert (receipt["n_loaded"], receipt["n_superseded"], receipt["n_left_out"]) == (40, 0, 120)
    assert receipt["left_out"] == {"险种类型": 120}
    assert receipt["reasons"] == {"totals_row": 1}
    assert sum(base for _, base in landed_months(home)) == 40 * 4462 + 10 * sum(range(40))
    assert rehearse("bureau", [path], RECEIVED_ON).tables[0].verdict in ("pass", "warn")


def test_without_the_filter_the_night_stops(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract({"sameKey": "last"}).replace("- {property: sameKey, value: last}", "[]"))
    path = months_csv(tmp_path / "si.csv", HEADERS, kinds_of_insurance(40))
    table = rehearse("bureau", [path], RECEIVED_ON).tables[0]
    # The three other kinds have one base: two of them repeat the row that is kept.
    assert (table.receipt["n_superseded"], table.receipt["n_conflicting"]) == (120, 40)
    assert table.verdict == "stop"
    assert "key_conflict_share" in [failed["expectation"] for failed in table.failed]


@pytest.mark.parametrize(
    ("rule", "loaded", "left_out", "reasons"),
    [
        ("{状态: {keep: [毕业]}}", 3, 4, {"missing:状态": 2}),
        ("{状态: {keep: [毕业, null]}}", 5, 4, {}),
        ("{状态: {keep: [毕业], leaveOut: [退学, 在籍]}}", 3, 3, {"missing:状态": 2, "not_in_list:状态": 1}),
        ("{状态: {keep: [毕业], leaveOut: [退学, 在籍, 结业, null]}}", 3, 6, {}),
        ("{状态: {keep: [毕业, 结业], leaveOut: [退学, 在籍]}}", 4, 3, {"missing:状态": 2}),
        ("{状态: {leaveOut: [null]}}", 7, 2, {}),
        ("{状态: {leaveOut: [null, 结业]}}", 6, 3, {}),
        ("{学籍状态: {keep: [毕业], synonyms: [状态]}}", 3, 4, {"missing:学籍状态": 2}),
        ('{状态: {keep: [" 毕业 "], leaveOut: [退学, 在籍, 结业, null]}}', 3, 6, {}),
    ],
)
def test_words_that_are_kept_left_out_or_in_no_list(
    home: Path,
    tmp_path: Path,
    system: Any,
    rule: str,
    loaded: int,
    left_out: int,
    reasons: dict[str, int],
) -> None:
    system("registry", GRADUATES.format(filter=rule))
    words = ("毕业", "毕业", " 毕业　", "退学", "退学", "在籍", "结业", "", " ")
    path = tmp_path / "p.csv"
    lines = [f"4601{at:02d},N{at},{word}" for at, word in enumerate(words)]
    path.write_text("\n".join(["代码,名称,状态", *lines]) + "\n", encoding="utf-8")
    (receipt,) = land("registry", [path], RECEIVED_ON)
    assert (receipt["n_loaded"], receipt["n_left_out"], receipt["reasons"]) == (loaded, left_out, reasons)
    assert receipt["n_in"] == receipt["n_rows"] == 9


def test_a_row_left_out_is_not_bad_whatever_else_it_holds(home: Path, tmp_path: Path, system: Any) -> None:
    system("registry", GRADUATES.format(filter="{状态: {keep: [毕业]}}"))
    path = tmp_path / "p.csv"
    good = [f"46{at:04d},N{at},毕业" for at in range(45)]
    bad = [f"no code {at},,退学" for at in range(25)]
    path.write_text("\n".join(["代码,名称,状态", *good, *bad]) + "\n", encoding="utf-8")
    table = rehearse("registry", [path], RECEIVED_ON).tables[0]
    assert (table.receipt["n_loaded"], table.receipt["n_left_out"], table.receipt["n_quarantined"]) == (
        45,
        25,
        0,
    )
    assert table.verdict == "pass"
    assert table.unused == ()


def test_several_filters_must_all_hold_and_the_first_that_fails_counts(
    home: Path, tmp_path: Path, system: Any
) -> None:
    rule = "{险种类型: {keep: [养老]}, 人员状态: {keep: [在职], leaveOut: [退休]}}"
    system("bureau", contract({"rowFilter": rule}))
    rows = [
        "1,养老,在职,202306,5000",
        "2,养老,退休,202306,5000",
        "3,医疗,退休,202306,5000",
        "4,医疗,?,202306,5000",
    ]
    rows += ["5,养老,死亡,202306,5000"]
    receipt = land_bureau(months_csv(tmp_path / "a.csv", "险种类型,人员状态,所属期,缴费基数", rows))
    assert receipt["left_out"] == {"险种类型": 2, "人员状态": 1}
    assert receipt["reasons"] == {"not_in_list:人员状态": 1}
    assert receipt["n_loaded"] == 1


def test_a_malformed_row_is_no_row_left_out(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(PENSION))
    rows = [*kinds_of_insurance(2), "3,失业保险,202306,5000,too,many,cells"]
    receipt = land_bureau(months_csv(tmp_path / "a.csv", HEADERS, rows))
    assert (receipt["n_left_out"], receipt["reasons"]) == (6, {"malformed_row": 1})


def test_a_file_without_the_filters_header_is_refused(home: Path, tmp_path: Path, system: Any) -> None:
    system("bureau", contract(PENSION))
    path = months_csv(tmp_path / "a.csv", "险种类别,所属期,缴费基数", ["1,失业保险,202306,5000"])
    (receipt,) = land("bureau", [path], RECEIVED_ON)
    assert "'险种类型'" in receipt["error"]
    assert "did you mean 险种类别?" in receipt["error"]


def test_a_filter_that_leaves_nothing_is_told(home: Path, tmp_path: Path, system: Any) -> None:
    system("registry", GRADUATES.format(filter="{状态: {keep: [毕業]}}"))
    path = tmp_path / "p.csv"
    path.write_text("代码,名称,状态\n460101,N,毕业\n", encoding="utf-8")
    table = rehearse("registry", [path], RECEIVED_ON).tables[0]
    assert (table.verdict, [f["expectation"] for f in table.failed]) == ("warn", ["rows_left_after_filter"])


def test_no_person_of_a_row_left_out_gets_into_the_vault(
    home: Path, tmp_path: Path, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    monkeypatch.setattr(
        "iecareer.landing.deliver.vault.keep",
        lambda connection, _: kept.append(
            connection.execute("select count(distinct person_key) from known_person").fetchall()[0][0]
        ),
    )
    system("bureau", contract(PENSION))
    rows = [f"{n},{KINDS[n % 4]},202306,5000" for n in range(60)]
    path = months_csv(tmp_path / "a.csv", HEADERS, rows)
    land_bureau(path)
    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    land_bureau(months_csv(tmp_path / "b.csv", HEADERS, rows[::-1]))
    assert kept == [15, 15]


@pytest.mark.parametrize(
    ("encoding", "seed"),
    [
        ("utf-8", 0),
        ("gb18030", 1),
        *(pytest.param("utf-8", seed, marks=pytest.mark.slow) for seed in (1, 2, 3)),
        *(pytest.param("gb18030", seed, marks=pytest.mark.slow) for seed in (0, 2, 3)),
    ],
)
def test_looking_up_leaves_out_what_the_careful_way_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Any, encoding: str, seed: int
) -> None:
    chance = random.Random(seed)
    rule = "{险种: {keep: [养老, 医疗], leaveOut: [失业, null]}, 状态: {keep: [在职]}}"
    system("bureau", contract({"rowFilter": rule, "sameKey": "{newest: 更新}"}))
    rows = [
        f"{chance.randrange(40)},{chance.choice(('养老', '医疗 ', '失业', '', '工伤'))},"
        f"{chance.choice(('在职', '在职', '退休', ''))},2023{chance.randrange(1, 14):02d},"
        f"{chance.choice((5000, 5000.5, '￥6,000'.replace(',', ''), 'x', ''))},2023-01-{chance.randrange(1, 29):02d}"
        for _ in range(1500)
    ]
    path = months_csv(
        tmp_path / "a.csv", "险种,状态,所属期,缴费基数,更新", [*rows, "合计,,,,,", "1,医疗,在职"]
    )
    path.write_bytes(path.read_text().encode(encoding))
    monkeypatch.setattr(parser, "_FEW_ROWS", 10**9)
    careful = outcome(monkeypatch, tmp_path / "careful", "bureau", path)
    assert careful[0]["error"] is None
    assert min(careful[0][f"n_{name}"] for name in ("loaded", "left_out", "quarantined", "superseded")) > 20

    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    monkeypatch.setattr(value_cache, "_MANY", 5 if seed else 2)
    monkeypatch.setattr(value_cache, "_FEW_CACHED", seed % 3 * 4)
    assert outcome(monkeypatch, tmp_path / "one_piece", "bureau", path) == careful
    monkeypatch.setattr(parser, "_BATCH_ROWS", 60)
    monkeypatch.setattr(decoding, "PIECE", 1 << (9 + seed))
    monkeypatch.setattr(decoding, "_HEAD", 100)
    assert outcome(monkeypatch, tmp_path / "pieces", "bureau", path) == careful
