"""The auditors' files: each signal says what was compared, how it differs, and what evidence would clear it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from iecareer.bureau.audit.evidence import most_unexplained, of_cooperation, of_placement
from iecareer.bureau.audit.files import audit_message, audit_workbook, write_signals
from iecareer.bureau.audit.findings import Findings, read_findings
from iecareer.errors import IecareerError
from tests.bureau.signals import COOPERATION, PLACEMENT, SIGNAL
from tests.lights.example import I1, I2


@pytest.fixture(scope="module")
def findings(warehouse: Path) -> Findings:
    return read_findings(warehouse)


@pytest.fixture(scope="module")
def folder(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("auditors") / "signals"
    write_signals(warehouse, place)
    return place


def rows(folder: Path, kind: str) -> list[dict[str, str]]:
    text = (folder / f"signals_{kind}_2025-03-01.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("n", "hits", "peers", "expected"),
    [
        (20, 8, 14 / 120, 6),  # 6 of 20 is .30, below .1167 + .20; 7 is not
        (20, 5, 0.01, 4),  # 4 hits are too few whatever their share
        (100, 40, 0.10, 29),  # 30 of 100 is exactly .20 above and still a signal
        (10, 10, 0.79, 9),  # 9 of 10 is .11 above
    ],
)
def test_so_many_hits_are_no_signal(
    findings: Findings, n: int, hits: int, peers: float, expected: int
) -> None:
    row = SIGNAL | {"n": n, "n_hits": hits, "share": hits / n, "peers_share": peers}
    assert most_unexplained(row, findings.policy) == expected


def test_the_number_of_cases_to_show_follows_policy(findings: Findings) -> None:
    stricter = [
        row | {"value": 0.1} if row["name"] == "min_excess" else row for row in findings.policy.numbers
    ]
    assert most_unexplained(SIGNAL, replace(findings.policy, numbers=stricter)) == 4


def test_the_numbers_of_a_signal_are_those_of_the_example(findings: Findings) -> None:
    text = of_placement(SIGNAL | {"signal": "flexible"}, findings.policy)
    assert text.compared.en == (
        "Cohort 2023: of 20 who answered after 6 months that they are employed, self-employed, freelance, studying or "
        "in the army, 8 (40.0%) are self-employed or freelance. Peers: the same program at other institutions, "
        "same cohort, 120 people, 11.7%."
    )
    assert text.differs.zh.startswith("高出对照 28.3 个百分点")
    assert "p = 0.00427" in text.differs.en
    assert "q = 0.0149 (limit 0.05)" in text.differs.en
    assert text.clears.en.endswith(
        "If this is shown for at least 2 of the 8, the other 6 are below the rule for a signal "
        "(at least 5 people and 20 percentage points above the peers)."
    )


@pytest.mark.parametrize("signal", PLACEMENT)
def test_every_placement_signal_has_evidence_of_its_own(findings: Findings, signal: str) -> None:
    own = of_placement(SIGNAL | {"signal": signal}, findings.policy)
    others = [of_placement(SIGNAL | {"signal": one}, findings.policy) for one in PLACEMENT if one != signal]
    assert own.compared not in [one.compared for one in others]
    assert own.clears not in [one.clears for one in others]
    assert own.clears.zh
    assert own.clears.en


@pytest.mark.parametrize("signal", COOPERATION)
def test_every_cooperation_signal_has_evidence_of_its_own(findings: Findings, signal: str) -> None:
    own = of_cooperation({"signal": signal, "year": 2023}, findings.policy)
    others = [of_cooperation({"signal": one, "year": 2023}, findings.policy) for one in COOPERATION]
    assert [others.count(own), len({one.clears for one in others})] == [1, len(COOPERATION)]


def test_policy_numbers_stand_in_the_texts(findings: Findings) -> None:
    changed = {"places_factor": 7.5, "copied_years": 4, "signal_wave_months": 12, "insured_within_months": 9}
    numbers = [row | {"value": changed.get(row["name"], row["value"])} for row in findings.policy.numbers]
    policy = replace(findings.policy, numbers=numbers)
    assert "more than 7.5 interns" in of_cooperation({"signal": "places", "year": 2023}, policy).differs.en
    copied = of_cooperation({"signal": "copied", "year": 2023}, policy)
    assert "2020–2023" in copied.compared.en
    assert "all 4 years" in copied.differs.en
    assert "after 12 months" in of_placement(SIGNAL | {"signal": "flexible"}, policy).compared.en
    registered = of_placement(SIGNAL | {"signal": "registered_not_insured"}, policy)
    assert "9 months" in registered.compared.en


def test_csv_has_all_signals_in_both_languages_and_nothing_else(folder: Path) -> None:
    found = rows(folder, "placement")
    assert sorted(row["signal"] for row in found) == sorted(PLACEMENT)
    assert {(row["institution_code"], row["n_hits"], row["n_needed"]) for row in found} == {(I1, "8", "2")}
    assert all(row["clears"] and row["clears_en"] for row in found)
    assert sorted(row["signal"] for row in rows(folder, "cooperation")) == sorted(COOPERATION)


def test_csv_runs_nothing(folder: Path) -> None:
    row = rows(folder, "cooperation")[0]
    assert (row["institution_name"], row["enterprise_code"]) == ("'=1+1", "'@X1")


def test_a_csv_without_signals_has_its_header(warehouse: Path, tmp_path: Path) -> None:
    empty = tmp_path / "warehouse.duckdb"
    empty.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(empty)) as connection:
        connection.execute("delete from audit.placement_signal")
        connection.execute("delete from audit.cooperation_signal")
    assert write_signals(empty, tmp_path / "out")["n_placement"] == 0
    assert rows(tmp_path / "out", "placement") == []
    text = (tmp_path / "out" / "signals_placement_2025-03-01.csv").read_text(encoding="utf-8-sig")
    assert "clears_en" in text.splitlines()[0]


def test_the_workbook_has_signals_institutions_coverage_and_rules(findings: Findings) -> None:
    book = openpyxl.load_workbook(io.BytesIO(audit_workbook(findings)))
    assert book.sheetnames == ["概要", "就业去向线索", "合作线索", "院校一览", "比较范围", "线索标准"]
    filled = {sheet.title: sheet.max_row - 6 for sheet in book}
    assert (filled["就业去向线索"], filled["合作线索"], filled["院校一览"]) == (6, 4, 2)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_what_was_not_compared_is_counted_apart(findings: Findings) -> None:
    flexible = next(row for row in findings.coverage if row["signal"] == "flexible")
    assert (flexible["n_compared"], flexible["n_too_few"], flexible["n_signals"]) == (1, 1, 1)
    assert audit_message(findings)[0].en == (
        "Placement signals: 6 (6 program-cohorts and kinds were compared, 1 had too few people or peers); "
        "cooperation signals: 4."
    )


def test_institutions_with_most_signals_come_first(findings: Findings) -> None:
    from iecareer.bureau.audit.sheets import sheets

    found: list[dict[str, Any]] = sheets(findings)[2].rows
    assert [(row["institution_code"], row["n_placement"], row["n_cooperation"]) for row in found] == [
        (I1, 6, 0),
        (I2, 0, 4),
    ]
    assert found[1]["signals"] == "copied|paper|places|twice"


def test_a_warehouse_without_signals_is_refused_with_the_next_step(tmp_path: Path) -> None:
    older = tmp_path / "older.duckdb"
    with duckdb.connect(str(older)) as connection:
        connection.execute("create schema checks")
        connection.execute("create table checks.run as select date '2025-03-01' as as_of")
    with pytest.raises(IecareerError, match="has no signals") as refused:
        write_signals(older, tmp_path / "out")
    assert "iecareer run" in str(refused.value.next_step)
    assert not (tmp_path / "out").exists()
