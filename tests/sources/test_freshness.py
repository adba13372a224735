"""dbt's sources warn after the days that the contracts of their source systems allow."""

from __future__ import annotations

from pathlib import Path

import yaml

from iecareer.contracts import load_record_types
from iecareer.engine.released_numbers import TABLES
from iecareer.lake.freshness import days_between_deliveries
from iecareer.sources.loader import load_systems

SOURCES = Path(__file__).parents[2] / "dbt_project" / "models" / "staging" / "landing.yml"


def test_each_source_warns_after_the_slowest_contract_that_delivers_it() -> None:
    allowed: dict[str, int] = {}
    for system in load_systems().values():
        days = days_between_deliveries(system)
        for table in system.tables if days else ():
            allowed[table.record_type] = max(allowed.get(table.record_type, 0), days or 0)
    # What each source system delivers is itself no record type: the slowest of all.
    slowest = {"source_system": max(allowed.values())}
    derived = {"delivered_month": allowed["employment_month"], "graduate_number": allowed["graduate"]}
    # Releases are no deliveries: a region that releases every year is warned after some months more.
    released = dict.fromkeys(TABLES, 400)
    expected = allowed | slowest | derived | released
    stated = {name: {"warn_after": {"count": days, "period": "day"}} for name, days in expected.items()}

    (source,) = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]

    assert {*expected} == {*load_record_types(), "source_system", *derived, *released}
    assert source["config"]["loaded_at_field"] == "cast(received_on as timestamp)"
    assert {table["name"]: table["config"]["freshness"] for table in source["tables"]} == stated
