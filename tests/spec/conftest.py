"""One dbt build over all cases together: each has an institution and persons of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.engines.clusters import SPARK
from tests.spec.destinations import destination_tables
from tests.spec.region import DEFAULTS, build_on_spark, run_dbt, write_landing
from tests.spec.survival import (
    COMPETING,
    leukemia_jobs,
    random_jobs,
    transplant_jobs,
    undivided_jobs,
    untied_causes,
    with_reasons,
)
from tests.spec.text_tables import Case, Row, months, read_cases

FOLDER = Path(__file__).parent / "cases"
CASES = read_cases(FOLDER)


def case_rows(case: Case) -> dict[str, list[Row]]:
    """The delivered rows of a case, with defaults, its institution, and months written out."""
    tables: dict[str, list[Row]] = {"institution": []}
    for record_type, rows in case.delivered.items():
        for row in rows:
            full = {"institution_code": case.institution_code} | DEFAULTS.get(record_type, {}) | row
            full["institution_code"] = full["institution_code"] or case.institution_code
            for name in ("source_id", "counted_as"):
                if name in full:
                    full[name] = f"{case.name}:{full[name]}" if full[name] else "spec"
            if "person_key" in full:
                full["person_key"] = f"{case.name}:{full['person_key']}"
            each_month = months(full["month"]) if "month" in full else [""]
            tables.setdefault(record_type, []).extend(full | {"month": month} for month in each_month)
    if not tables["institution"]:
        tables["institution"] = [institution(case.institution_code)]
    return tables


def institution(code: str) -> Row:
    """An eastern institution in province 330000, valid since 2000."""
    return {
        "institution_code": code,
        "region_code": "330100",
        "region_class": "east",
        "valid_from": "2000-01-01",
    }


def price_indices() -> list[dict[str, object]]:
    """Two provinces; prices in 2019 were 80 % of today's; only 340000 has limits of the contribution base."""
    return [
        {
            "region_code": province,
            "year": year,
            "price_index": 80 if year == 2019 else 100,
            "base_floor": 3000 if province == "340000" else None,
            "base_cap": 20000 if province == "340000" else None,
        }
        for province in ("330000", "340000")
        for year in range(2010, 2027)
    ]


@pytest.fixture(scope="session", params=["duckdb", pytest.param("spark", marks=SPARK)])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse of all cases and of the survival data, on each engine; tests of the models passed."""
    path = tmp_path_factory.mktemp("spec") / "build.duckdb"
    tables: dict[str, list[dict[str, object]]] = {"region_year": price_indices()}
    survival = (
        leukemia_jobs(),
        random_jobs(),
        undivided_jobs(),
        transplant_jobs(),
        with_reasons(f"{COMPETING}0", untied_causes()),
    )
    for rows_of in (*(case_rows(case) for case in CASES), *survival, destination_tables()):
        for record_type, rows in rows_of.items():
            tables.setdefault(record_type, []).extend(rows)  # type: ignore[arg-type]
    write_landing(path, tables, t_obs="2026-08-01")
    if request.param == "spark":
        build_on_spark(path)
    else:
        assert run_dbt(path, "build") == []
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection
