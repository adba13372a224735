"""The expressions of docs/adding-a-source.md are taken from there and do what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.people import credit_code, resident_id

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-source.md"
SERVER = """
apiVersion: v3.1.0
kind: DataContract
id: office
name: office
version: 1.0.0
status: active
servers:
  - server: files
    type: local
    path: office/*.FORMAT
    format: FORMAT
schema:
  - name: KIND
    properties:
"""


def documented() -> list[str]:
    """The expressions of the page's table, in order."""
    table = PAGE.read_text(encoding="utf-8").partition("Expressions that are often needed:")[2]
    return [
        found
        for found in re.findall("`([^`]+)`", table.partition("### Rules on rows")[0])
        if "(" in found or ">" in found
    ]


def contract(kind: str, file_format: str, columns: dict[str, tuple[str | None, str | None]]) -> str:
    """A contract of one record type: column → its header and its expression."""
    lines = []
    for name, (header, expression) in columns.items():
        fields = {"name": name, "logicalType": "string", "physicalName": header, "transformLogic": expression}
        lines.append(
            f"      - {json.dumps({key: v for key, v in fields.items() if v}, ensure_ascii=False)}\n"
        )
    return SERVER.replace("FORMAT", file_format).replace("KIND", kind) + "".join(lines)


@pytest.fixture
def expressions() -> tuple[str, ...]:
    """Nested text, nested amount, milliseconds, year of birth, region, decimal comma, code and name."""
    found = documented()
    assert len(found) == 7
    return tuple(found)


def test_nested_objects_and_milliseconds(
    system: Callable[[str, str], None],
    tmp_path: Path,
    expressions: tuple[str, ...],
    land_one: Any,
    landed: Any,
) -> None:
    nested, amount, milliseconds, *_ = expressions
    columns: dict[str, tuple[str | None, str | None]] = {
        "posting_id": ("no", None), "title": ("name", None), "description": ("text", None),
        "region_code": (None, nested), "salary_low": (None, amount), "posted_on": ("at", milliseconds),
    }  # fmt: skip
    system("office", contract("job_posting", "json", columns))
    one = {
        "no": "A1",
        "name": "操作工",
        "text": "操作设备",
        "area": {"code": "330102"},
        "salary": {"min": 4010.5},
    }
    # The first minute of 2 July in China is 1 July in Greenwich.
    found = {"data": {"list": [one | {"at": 1719849660000}, one | {"no": "A2", "at": 1719849540000}]}}
    path = tmp_path / "jobs.json"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    assert land_one(path, source="office")["n_loaded"] == 2
    assert landed("job_posting", "posting_id, region_code, salary_low, posted_on") == [
        ("A1", "330102", 4010.5, date(2024, 7, 2)),
        ("A2", "330102", 4010.5, date(2024, 7, 1)),
    ]


def test_numbers_within_numbers(
    system: Callable[[str, str], None],
    tmp_path: Path,
    expressions: tuple[str, ...],
    land_one: Any,
    landed: Any,
) -> None:
    columns: dict[str, tuple[str | None, str | None]] = {
        "person_id": ("身份证号", None), "institution_code": (None, "'4133010800'"), "program_code": (None, "'510201'"),
        "study_level": (None, "'higher_vocational'"), "training_mode": (None, "'regular'"),
        "enrolled_on": (None, "'2015-09-01'"),
        "graduated_on": (None, "'2018-06-30'"), "sex": (None, "'female'"), "birth_year": (None, expressions[3]),
        "origin_region_code": (None, expressions[4]),
    }  # fmt: skip
    system("office", contract("graduate", "csv", columns))
    path = tmp_path / "graduates.csv"
    new = resident_id(3)
    path.write_text(
        f"身份证号,信用代码\n330102990101123,{credit_code(1)}\n{new},{credit_code(1)}\n", encoding="utf-8"
    )
    assert land_one(path, source="office")["n_loaded"] == 2
    assert {year for (year,) in landed("graduate", "birth_year")} == {1999, int(new[6:10])}
    assert {code for (code,) in landed("graduate", "origin_region_code")} == {credit_code(1)[2:8]}


def test_pay_as_it_is_written_in_europe(
    system: Callable[[str, str], None],
    tmp_path: Path,
    expressions: tuple[str, ...],
    land_one: Any,
    landed: Any,
) -> None:
    columns: dict[str, tuple[str | None, str | None]] = {
        "person_id": ("身份证号", None), "employer": (None, "'not named'"), "started_on": (None, "'2020-01-01'"),
        "observed_on": (None, "'2024-12-31'"), "monthly_wage": (None, expressions[5]),
    }  # fmt: skip
    system("office", contract("employment_spell", "csv", columns))
    path = tmp_path / "jobs.csv"
    path.write_text(f"身份证号;Gehalt\n{resident_id(1)};2.503,50 €\n", encoding="utf-8")
    assert land_one(path, source="office")["n_loaded"] == 1
    assert landed("employment_spell", "monthly_wage") == [(2503.5,)]


def test_a_code_and_a_name_that_mean_different_things(
    system: Callable[[str, str], None],
    tmp_path: Path,
    expressions: tuple[str, ...],
    land_one: Any,
    landed: Any,
) -> None:
    columns: dict[str, tuple[str | None, str | None]] = {
        "person_id": ("身份证号", None), "institution_code": (None, "'4133010800'"), "program_code": (None, "'510201'"),
        "registered_on": (None, "'2023-08-25'"), "destination": ("毕业去向类别", expressions[6]),
    }  # fmt: skip
    system("office", contract("destination_registration", "csv", columns))
    cells = ("27,国家基层项目", "502,国家基层项目", ",升学", "80,")
    lines = [f"{resident_id(number)},{cell}" for number, cell in enumerate(cells)]
    path = tmp_path / "registered.csv"
    path.write_text("\n".join(["身份证号,毕业去向类别代码,毕业去向类别", *lines]), encoding="utf-8")
    assert land_one(path, source="office")["reasons"] == {"not_in_list:destination": 1}
    found = landed("destination_registration", "destination")
    assert found == [("further_study",), ("further_study",), ("national_project",)]
