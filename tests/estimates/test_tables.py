"""Every table of schema ``estimates`` is described, column by column."""

from __future__ import annotations

from pathlib import Path

import yaml

from iecareer.estimates import tables

DESCRIBED = Path(tables.__file__).with_name("tables.yml")
KINDS = {"string": "varchar", "int": "integer"}
WRITTEN = {
    "salary_differential": tables.SALARY_DIFFERENTIAL,
    "salary_differential_balance": tables.BALANCE,
    "salary_decomposition": tables.SALARY_DECOMPOSITION,
    "program_shrunken": tables.PROGRAM_SHRUNKEN,
    "program_funnel": tables.PROGRAM_FUNNEL,
    "curriculum_change": tables.CURRICULUM_CHANGE,
}


def test_columns_and_types_are_those_described() -> None:
    described = yaml.safe_load(DESCRIBED.read_text(encoding="utf-8"))
    found = {
        table["name"]: {
            column["name"]: KINDS.get(column["data_type"], column["data_type"]) for column in table["columns"]
        }
        for table in described["tables"]
    }

    assert {name: list(columns.items()) for name, columns in found.items()} == {
        name: list(columns.items()) for name, columns in WRITTEN.items()
    }


def test_everything_is_described() -> None:
    described = yaml.safe_load(DESCRIBED.read_text(encoding="utf-8"))

    for table in described["tables"]:
        assert table["description"].startswith("One row per ")
        assert all(len(column["description"]) > 5 for column in table["columns"])
