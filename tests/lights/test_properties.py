"""What must hold for lights and allocations whatever the figures."""

from __future__ import annotations

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pytest

from tests.lights.example import AS_OF, I3, example
from tests.lights.given_values import ANCHORS, institution, judge, lights_of
from tests.lights.tables import Row, build_instruments, build_lights, write

ORDER = {"red": 0, "yellow": 1, "green": 2}


def test_a_worse_indicator_never_improves_a_light() -> None:
    draw = random.Random(1)
    rows: list[Row] = []
    for k in range(60):
        names = [name for name in ANCHORS if draw.random() < 0.9]
        scores = {name: draw.uniform(-20, 120) for name in names}
        worse = draw.choice(names)
        rows += institution(f"better{k}", scores)
        rows += institution(f"worse{k}", scores | {worse: scores[worse] - draw.uniform(0, 60)})
    found = lights_of(judge(rows), "index, light")
    pairs = [(found[f"better{k}"], found[f"worse{k}"]) for k in range(60) if f"better{k}" in found]
    compared = [(a, b) for a, b in pairs if a[0] is not None and b[0] is not None]
    assert len(compared) > 40
    assert [(a, b) for a, b in compared if b[0] > a[0] + 1e-9 or ORDER[b[1]] > ORDER[a[1]]] == []


def built(tables: dict[str, list[Row]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    write(connection, tables)
    build_lights(connection, AS_OF)
    build_instruments(connection, AS_OF)
    return connection


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('lights', 'instruments') order by 1"
    ).fetchall()
    assert len(tables) == 11
    return {
        name: [
            tuple(map(to_nine_places, row))
            for row in connection.execute(f"from {name} order by all").fetchall()
        ]
        for (name,) in tables
    }


def to_nine_places(cell: Any) -> Any:
    """Sums of floats depend on the order of their terms in the last places."""
    return round(cell, 9) if isinstance(cell, float) else cell


def test_a_program_of_another_field_changes_no_other_row() -> None:
    tables = example()
    before = contents(built(tables))
    for name in ("indicators.msr_job_match", "indicators.msr_employment"):
        (like,) = (
            row for row in tables[name] if row.get("program_code") == "510201" and row["cohort_year"] == 2023
        )
        tables[name] = [*tables[name], like | {"institution_code": I3, "program_code": "990101"}]
    after = contents(built(tables))
    assert {name: [row for row in rows if "990101" not in row] for name, rows in after.items()} == before


def test_the_order_of_rows_and_of_years_changes_nothing() -> None:
    tables = example()
    before = contents(built(tables))
    assert contents(built({name: rows[::-1] for name, rows in tables.items()})) == before


@pytest.mark.parametrize("seed", [1, 2])
def test_allocations_stay_in_their_range_and_the_neutral_ones_in_the_sum(seed: int) -> None:
    """150 random regions in one build, one a year."""
    draw = random.Random(seed)
    years = range(2000, 2150)
    codes = [f"41{k:08}" for k in range(9)]
    tables: dict[str, list[Row]] = {
        "marts.dim_institution": [
            {
                "institution_code": code,
                "valid_from": "1990-01-01",
                "region_code": "330100",
                "region_class": draw.choice(["east", "west", None]),
            }
            for code in codes
        ],
        "staging.stg_allocation_base": [],
        "indicators.msr_certificate": [],
        "indicators.msr_retention": [],
    }
    for year in years:
        for code in codes[: draw.randint(1, 9)]:
            base = draw.choice(
                [0.0, 0.01, round(draw.uniform(0, 9e6), 2), 1e8, round(draw.uniform(0, 9e3), 2)]
            )
            tables["staging.stg_allocation_base"] += [
                {"institution_code": code, "year": year, "base_cny": base}
            ]
            n, key = draw.randint(1, 900), {"scope": "institution", "institution_code": code}
            hits = draw.randint(0, n)
            if draw.random() < 0.8:
                tables["indicators.msr_certificate"] += [
                    key
                    | {"cohort_year": year - 1, "phase": "during_studies", "measure": "passed"}
                    | {"n": n, "n_hits": hits, "share": hits / n}
                ]
            if draw.random() < 0.8:
                tables["indicators.msr_retention"] += [
                    key | {"cohort_year": year - 2, "horizon_months": 12, "n": n, "retention": draw.random()}
                ]
    connection = duckdb.connect()
    write(connection, tables)
    build_lights(connection, date(2150, 1, 1))
    build_instruments(connection, date(2150, 1, 1))
    rows = connection.execute(
        "select year, base_cny, factor, amount_cny, neutral_factor, neutral_amount_cny from instruments.allocation"
    ).fetchall()
    assert len({row[0] for row in rows}) == len(years)
    for _, base, factor, amount, neutral_factor, _ in rows:
        assert 0.7 - 1e-12 <= factor <= 1.3 + 1e-12
        assert 0.7 <= neutral_factor <= 1.3
        exact = base * Decimal(repr(factor)).quantize(Decimal("1e-12"), ROUND_HALF_UP)
        assert amount == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    for year in years:
        of_year = [row for row in rows if row[0] == year]
        assert sum(row[5] for row in of_year) == sum(row[1] for row in of_year)
        assert all(abs(row[5] - row[1] * Decimal(row[4])) <= Decimal("0.01") for row in of_year)
