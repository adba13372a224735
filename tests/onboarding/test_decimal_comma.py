"""A decimal comma is detected in drafts and reported by rehearsals, never silently read as thousands separator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from iecareer.onboarding import Added, rehearse
from tests.onboarding.activation import land_reviewed

Add = Callable[..., tuple[Added, str]]
HEADERS = ("Personennummer", "Arbeitgeber", "Eintritt", "Stand", "Monatsgehalt")


def jobs(wages: list[str]) -> list[list[str]]:
    return [[f"P{at}", f"Firma {at}", "2019-03-01", "2024-12-31", wage] for at, wage in enumerate(wages)]


def wages(home: Path) -> list[float]:
    files = f"{home}/lake/landing/employment_spell/**/*.parquet"
    told = duckdb.execute(
        f"select distinct monthly_wage from read_parquet('{files}') order by all"
    ).fetchall()
    return [wage for (wage,) in told]


@pytest.mark.parametrize(
    ("written", "delimiter", "expected"),
    [
        (["2780,5", "3819,25", "2500", "3000,7802"], ";", [2500, 2780.5, 3000.7802, 3819.25]),
        (["2.780,50", "3.819,25", "2.500", "12.000,75"], ";", [2500, 2780.5, 3819.25, 12000.75]),
        (["780,125", "819,250", "500,375", "900,500"], ";", [500.375, 780.125, 819.25, 900.5]),
        (["2,780", "3,819", "2,500", "12,000"], "\t", [2500, 2780, 3819, 12000]),
        (["2,780.50", "3,819.25", "2,500", "12,000"], ";", [2500, 2780.5, 3819.25, 12000]),
    ],
)
def test_the_draft_reads_amounts_as_they_are_meant(
    write: Callable[..., Path],
    add: Add,
    home: Path,
    written: list[str],
    delimiter: str,
    expected: list[float],
) -> None:
    sample = write("jobs.csv", HEADERS, jobs(written * 8), delimiter=delimiter)
    add(sample, record_types=["employment_spell"], identity="opaque")
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["reasons"]) == (32, {})
    assert wages(home) == expected


@pytest.mark.parametrize(
    ("wage", "delimiter", "said"),
    [
        ("780,125", ";", "the comma in 8 cells is read as thousands separator"),
        ("2780,5", "\t", "8 cells have a decimal comma, which the contract does not read"),
        ("2.780,50", ";", "8 cells have a decimal comma, which the contract does not read"),
        ("780,125", "\t", None),
        ("2780.5", ";", None),
    ],
)
def test_a_contract_that_takes_the_comma_for_thousands_is_warned_of(
    write: Callable[..., Path], add: Add, wage: str, delimiter: str, said: str | None
) -> None:
    plain = write("plain.csv", HEADERS, jobs(["2780.5"] * 8), delimiter=delimiter)
    added, text = add(plain, record_types=["employment_spell"], identity="opaque")
    sample = write("jobs.csv", HEADERS, jobs([wage] * 8), delimiter=delimiter)
    warnings = rehearse("office", [sample]).tables[0].warnings
    found = [line for line in warnings if "comma" in line]
    assert len(found) == (said is not None)
    if said:
        assert said in found[0]
        assert wage not in found[0]
        told = 'physicalName: Monatsgehalt, transformLogic: "decimal_comma(\\"Monatsgehalt\\")"'
        written = text.replace("physicalName: Monatsgehalt", told)
        assert written != text
        added.path.write_text(written, encoding="utf-8")
        table = rehearse("office", [sample]).tables[0]
        assert (table.receipt["n_loaded"], table.warnings) == (8, ())
