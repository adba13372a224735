"""Lights, instruments and signals are published with closed keys; signals never enter a release."""

from __future__ import annotations

import re
from pathlib import Path

import iecareer.feedback
from iecareer.lights.placement import COLUMNS, TABLE
from iecareer.runs.published_tables import published_tables, refuse_open_key

INSTRUMENTS = (
    *(
        "allocation",
        "area_appraisal",
        "enterprise_credit",
        "enterprise_exit",
        "equity_share",
        "floating_fund",
    ),
    *("insurance_subsidy", "review_cycle"),
)


def test_all_tables_are_declared_with_closed_keys() -> None:
    tables = {
        name: table
        for name, table in published_tables().items()
        if name.split(".")[0] in ("lights", "instruments", "audit")
    }
    assert sorted(tables) == sorted(
        [
            *("audit.cooperation_signal", TABLE, "lights.light", "lights.light_indicator", "lights.warning"),
            *(f"instruments.{name}" for name in INSTRUMENTS),
        ]
    )
    for table in tables.values():
        refuse_open_key(table)
    assert tables[TABLE].columns == set(COLUMNS)


def test_nothing_of_a_release_reads_the_schema_audit() -> None:
    files = [*Path(iecareer.feedback.__file__).parent.rglob("*.py")]
    read = {
        found
        for path in files
        for found in re.findall(r"\b(?:from|join) (\w+)\.\w+", path.read_text("utf-8"))
    }
    assert "feedback" in read
    assert "audit" not in read
