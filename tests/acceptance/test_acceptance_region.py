"""Both deliveries of the acceptance region land, and every indicator agrees with an implementation not of ours."""

from __future__ import annotations

import csv
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from stdnum.iso7064 import mod_11_2

from iecareer.landing import land
from tests.engines.clusters import SPARK
from tests.nights import build_and_publish

AS_OF = date(2026, 11, 21)
DAY_BEFORE = AS_OF - timedelta(days=1)
ENGINES = ["local", pytest.param("cluster", marks=[*SPARK, pytest.mark.slow])]
INDICATORS = (
    "msr_retention,msr_starting_salary,msr_salary_differential,msr_job_match,msr_employment,msr_response"
)


# Three negative incomes and three impossible hours: optional cells of rows beside an intact row of their key. The
# expected tables still count these six rows as quarantined.
N_EMPTIED = 6


def compare(acceptance: Path, home: Path, *options: str) -> None:
    expected = expected_without_emptied(acceptance / "region", home / "expected")
    arguments = [
        sys.executable,
        str(acceptance / "compare.py"),
        str(home / "warehouse.duckdb"),
        str(expected),
    ]
    done = subprocess.run([*arguments, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def expected_without_emptied(region: Path, folder: Path) -> Path:
    """A copy of the expected tables in which rows with an emptied optional cell are not quarantined."""
    for name in ("expected", "expected_late"):
        shutil.copytree(region / name, folder / name, dirs_exist_ok=True)
        counts = region / name / "delivery.parquet"
        duckdb.execute(
            f"""copy (select * replace (n_quarantined - if(record_type = 'followup_response', {N_EMPTIED}, 0)
                as n_quarantined) from '{counts}') to '{folder / name / "delivery.parquet"}'"""
        )
    return folder


def land_with_corrections(acceptance: Path) -> None:
    land("exchange", [acceptance / "region" / "exchange"], DAY_BEFORE)
    land("exchange", [acceptance / "region" / "late"], AS_OF)


@pytest.mark.parametrize("target", ENGINES)
def test_the_region_and_its_corrections(home: Path, shared: Callable[[str], Path], target: str) -> None:
    acceptance = shared("acceptance")
    land_with_corrections(acceptance)
    build_and_publish(AS_OF, target)
    compare(acceptance, home, "--late")


@pytest.mark.slow
@pytest.mark.parametrize("target", ENGINES)
def test_the_day_before_does_not_see_the_corrections(
    home: Path, shared: Callable[[str], Path], target: str
) -> None:
    acceptance = shared("acceptance")
    land_with_corrections(acceptance)
    build_and_publish(DAY_BEFORE, target)
    compare(acceptance, home)


@pytest.mark.slow
def test_the_region_under_pseudonyms_of_its_own(
    home: Path, shared: Callable[[str], Path], tmp_path: Path
) -> None:
    acceptance = shared("acceptance")
    folder = tmp_path / "exchange"
    folder.mkdir()
    for path in (acceptance / "region" / "exchange").iterdir():
        under_pseudonyms(path, folder / path.name)
    land("exchange", [folder], AS_OF)
    build_and_publish(AS_OF)
    compare(acceptance, home, "--only", INDICATORS)


def under_pseudonyms(path: Path, target: Path) -> None:
    """The same file with `person_key` instead of `person_id`; numbers that do not check stay unusable."""
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            connection.create_function("key", key, ["VARCHAR"], "VARCHAR", null_handling="special")
            connection.execute(
                f"copy (select key(person_id) as person_key, * exclude (person_id) from '{path}') to '{target}'"
            )
            connection.remove_function("key")
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    if "person_id" not in rows[0]:
        shutil.copy(path, target)
        return
    place = rows[0].index("person_id")
    changed = [[*row[:place], key(row[place]), *row[place + 1 :]] for row in rows[1:]]
    header = ["person_key" if name == "person_id" else name for name in rows[0]]
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *changed])


def key(person_id: str | None) -> str:
    """Some 64 hex digits for a valid number, nonsense for any other."""
    import unicodedata

    number = unicodedata.normalize("NFKC", person_id or "").strip().upper()
    is_valid = len(number) == 18 and mod_11_2.is_valid(number)
    return hashlib.sha256(f"other secret {number}".encode()).hexdigest() if is_valid else "unusable"
