"""A report is one year of a published warehouse, with names beside codes and the policy in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.bureau.message import message
from iecareer.bureau.names import code_of, read_names
from iecareer.bureau.notes import notes
from iecareer.bureau.page.tables import light_cell
from iecareer.bureau.report import Report, opened, read_report
from iecareer.errors import IecareerError
from tests.lights.example import EAST, I1, I2, I3


def test_the_newest_year_is_the_default_and_others_can_be_asked_for(warehouse: Path, report: Report) -> None:
    assert report.year == 2024
    assert read_report(warehouse, 2023).year == 2023
    assert {row["year"] for row in report.lights + report.indicators + report.warnings} == {2024}


def test_a_year_without_lights_is_refused_with_those_there_are(warehouse: Path) -> None:
    with pytest.raises(IecareerError, match="No light of 2019") as refused:
        read_report(warehouse, 2019)
    assert "2022, 2023, 2024" in str(refused.value.next_step)


def test_a_warehouse_without_lights_is_refused_with_the_next_step(warehouse: Path, tmp_path: Path) -> None:
    older, empty = tmp_path / "older.duckdb", tmp_path / "empty.duckdb"
    with duckdb.connect(str(older)) as connection:
        connection.execute("create schema checks")
        connection.execute("create table checks.run as select date '2025-03-01' as as_of")
    with pytest.raises(IecareerError, match="has no lights") as refused:
        read_report(older)
    assert "iecareer run" in str(refused.value.next_step)
    empty.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(empty)) as connection:
        connection.execute("delete from lights.light")
    with pytest.raises(IecareerError, match="no light of any year"):
        read_report(empty)


def test_policy_numbers_are_those_in_force_on_the_day(warehouse: Path, tmp_path: Path) -> None:
    changed = tmp_path / "warehouse.duckdb"
    changed.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        for day, value in (("2025-03-01", 71), ("2025-03-02", 72)):
            connection.execute(
                """insert into seeds.policy_light by name
                select 'green_from' as name, ? as value, 'points' as unit, ? as effective_from, 'x' as document,
                  'y' as clause, 'z' as description""",
                [value, day],
            )
    assert read_report(changed).policy.number("green_from") == 71
    assert read_report(warehouse).policy.number("green_from") == 70


def test_names_are_those_of_the_day(warehouse: Path, tmp_path: Path) -> None:
    """Valid on the day; else the newest begun by then; else the oldest to come."""
    changed = tmp_path / "warehouse.duckdb"
    changed.write_bytes(warehouse.read_bytes())
    periods = [
        ("A", "2000-01-01", "2009-12-31", "old"),
        ("A", "2010-01-01", None, "va\u202elid\x01"),
        ("A", "2030-01-01", None, "to come"),
        ("B", "2000-01-01", "2005-12-31", "first"),
        ("B", "2006-01-01", "2010-12-31", "closed"),
        ("C", "2031-01-01", None, "later"),
        ("C", "2030-01-01", None, "soon"),
    ]
    with duckdb.connect(str(changed)) as connection:
        for code, begins, ends, name in periods:
            connection.execute(
                """insert into marts.dim_institution by name select ? as institution_code,
                ?::date as valid_from, ?::date as valid_to, ? as institution_name""",
                [code, begins, ends, name],
            )
    with opened(changed) as connection:
        names = read_names(connection, date(2024, 12, 31))
    assert [names.institution(code) for code in "ABCD"] == ["valid", "closed", "soon", "D"]
    assert names.program({"program_code": "510201"}) == "计算机应用技术"


def test_a_unit_without_a_name_is_called_by_its_code(report: Report) -> None:
    unit = {"scope": "institution", "area_code": EAST, "institution_code": I3, "program_code": None}
    assert report.names.unit(unit) == I3
    assert report.names.unit(unit | {"scope": "area"}) == "浙江省"
    assert report.names.unit(unit | {"scope": "program", "program_code": "999999"}) == f"{I3} · 999999"


def test_areas_with_a_light_in_another_year_only_are_named(warehouse: Path, tmp_path: Path) -> None:
    assert read_report(warehouse, 2024).without_light == []
    changed = tmp_path / "warehouse.duckdb"
    changed.write_bytes(warehouse.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "delete from lights.light where scope = 'area' and area_code = '610000' and year = 2024"
        )
    assert read_report(changed, 2024).without_light == ["610000"]


def test_the_message_counts_what_the_tables_have(report: Report) -> None:
    said = [sentence.en for sentence in message(report)]
    assert said[:3] == [
        "Lights of areas in 2024: 2 (red 2, yellow 0, green 0, not judged 0).",
        "Lights of institutions in 2024: 3 (red 2, yellow 1, green 0, not judged 0).",
        "Lights of programs (by institution) in 2024: 6 (red 0, yellow 2, green 0, not judged 4).",
    ]
    assert said[3].startswith("The red of 2 units has consequences")
    assert "Warnings: 10, of these new: 7 (rectification 5, supervision 1, consultation 2, notice 2)." in said
    assert "Units that must rectify: 4; the earliest deadline is 2025-12-31." in said
    assert (
        "Bases of 3 institutions: CNY 1,850,000.01; by factor CNY 1,842,500.01 (difference -7,500.00 CNY); "
        "neutral variant CNY 1,850,000.01." in said
    )
    assert "Enterprises with an agreement in force: 5; AAA 1, exit 2." in said
    assert said[-1].startswith(
        "Institutions on 2025-03-01: 3; due for an evaluation on site 3 (never evaluated 2)"
    )


def test_the_message_claims_nothing_that_is_not_there(report: Report) -> None:
    none = replace(
        report,
        lights=[row | {"is_consequential": False} for row in report.lights],
        warnings=[],
        instruments={name: [] for name in report.instruments},
        reviews=[],
    )
    said = [sentence.zh for sentence in message(none)]
    assert any(text.startswith("没有对象的红灯触发后果") for text in said)
    assert "2024 年没有预警。" in said
    assert not any("整改" in text or "基数" in text or "AAA" in text for text in said)


@pytest.mark.parametrize(("n", "more"), [(6, ""), (7, ", and 1 more")])
def test_the_message_names_some_units_and_counts_the_others(report: Report, n: int, more: str) -> None:
    lights = [row | {"is_consequential": at < n} for at, row in enumerate(report.lights)]
    said = message(replace(report, lights=lights))[3].en
    assert said.startswith(f"The red of {n} units has consequences")
    assert said.count(", ") == 5 + bool(more)
    assert said.endswith(f"{more}.")


def test_the_message_has_no_deadline_without_a_rectification(report: Report) -> None:
    warnings = [row | {"rectify_by": None} for row in report.warnings]
    assert not any("deadline" in text.en for text in message(replace(report, warnings=warnings)))


def test_notes_name_the_indicators_that_policy_anchors_at_peers(report: Report) -> None:
    def said(rows: list[dict[str, Any]]) -> list[str]:
        policy = replace(report.policy, indicators=rows)
        return [text.en for text in notes(replace(report, policy=policy)) if "anchored" in text.en]

    (text,) = said(report.policy.indicators)
    assert "fixed values: job match, insured employment, retention in the first job." in text
    assert said([row | {"anchor": "fixed"} for row in report.policy.indicators]) == []


def test_notes_state_red_lines_and_bands_of_policy(report: Report) -> None:
    policy = replace(
        report.policy,
        red_lines=[row | {"threshold": 0.35} for row in report.policy.red_lines],
        numbers=[
            row | {"value": 72.5} if row["name"] == "green_from" else row for row in report.policy.numbers
        ],
    )
    said = " ".join(text.en for text in notes(replace(report, policy=policy)))
    assert "An index of 72.5 or more is green" in said
    assert said.count("Below 35%, enterprise participation") == 2
    assert said.count("Above 35%, key-equipment failure") == 2


def test_the_light_of_the_year_before_stands_beside(report: Report) -> None:
    """Area 330000 was red in 2023, too; 510201 of I1 was yellow; 460103 had no light."""
    by_code = {code_of(row): report.before_of(row) for row in report.lights}
    assert [row and row["light"] for row in map(by_code.get, (EAST, f"{I1}/510201", f"{I1}/460103"))] == [
        "red",
        "yellow",
        None,
    ]
    cells = {code_of(row): light_cell(report, row).below[-1].en for row in report.lights}
    assert (cells[EAST], cells[f"{I1}/460103"]) == ("2023: red", "no light in 2023")


def test_worst_lights_come_first(report: Report) -> None:
    institutions = [row["institution_code"] for row in report.of_scope("institution")]
    assert institutions == [I3, I2, I1]
