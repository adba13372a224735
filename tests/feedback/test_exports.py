"""Exports: the columns of PSEO and LEO, what they are made of, and how withheld numbers are marked."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from iecareer.feedback.exports.leo import leo_rows
from iecareer.feedback.exports.pseo import earnings_rows, flows_rows
from iecareer.feedback.exports.schema import columns_of
from tests.feedback import synthetic_tables

CODE, PROGRAM = "4142010800", "460103"
FILES = ("pseoe", "pseof", "leo_provider")
PAGE = Path(__file__).parents[2] / "docs" / "exports.md"


@pytest.fixture
def region() -> Any:
    """Feedback tables without rows, to be filled by a test."""
    with duckdb.connect() as connection:
        connection.execute("create schema feedback")
        for table in ("employment", "wage", "workplace"):
            listed = ", ".join(f"{name} {kind}" for name, kind in synthetic_tables.columns(table).items())
            connection.execute(f"create table feedback.{table} ({listed})")
        connection.execute(
            f"create table feedback.institution as select '{CODE}' as institution_code, "
            "'东江职业技术学院' as institution_name, '420100' as region_code"
        )
        connection.execute(
            f"create table feedback.program as select '{PROGRAM}' as program_code, '数控技术' as program_name, "
            "'higher_vocational' as study_level"
        )
        yield connection


def add(connection: Any, table: str, **values: Any) -> None:
    """Add a row of the program-cohort 2020, changed by `values`."""
    row = {
        "scope": "program",
        "institution_code": CODE,
        "program_code": PROGRAM,
        "cohort_from": 2020,
        "cohort_to": 2020,
        "status": "ok",
    } | values
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into feedback.{table} ({', '.join(row)}) values ({marks})", [*row.values()])


def wage(connection: Any, months: int, **values: Any) -> None:
    full = {"n": 40, "p25": 4000.0, "p50": 5000.0, "p75": 6000.0} | values
    add(connection, "wage", measure="register", horizon_months=months, **full)


def test_files_have_the_columns_of_the_schema_in_both_forms(released: Path) -> None:
    data = released / "researchers" / "data"
    assert {path.name for path in data.iterdir()} == {
        "schema.csv",
        *(f"{name}.{kind}" for name in FILES for kind in ("csv", "parquet")),
    }
    for name in FILES:
        with (data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        assert lines[0] == list(columns_of(name)) == pq.read_schema(data / f"{name}.parquet").names
        assert len(lines) - 1 == pq.read_metadata(data / f"{name}.parquet").num_rows > 0


def test_every_column_says_what_it_is_made_of(released: Path) -> None:
    with (released / "researchers/data/schema.csv").open(encoding="utf-8", newline="") as file:
        assert all(row["made_of"] for row in csv.DictReader(file))
    # the layouts have a flag for each count and each group of earnings
    for name in ("pseoe", "pseof"):
        flagged = {
            column.removeprefix("status_") for column in columns_of(name) if column.startswith("status_")
        }
        counts = {column for column in columns_of(name) if re.match(r"y\d+_(grads|ipeds)", column)}
        assert flagged - {"y1_earnings", "y5_earnings", "y10_earnings"} == counts


def test_earnings_are_twelve_months_of_published_pay(region: Any) -> None:
    wage(region, 12)
    wage(region, 60, n=25, p25=None, p50=None, p75=None, status="too_few")
    wage(region, 36, p50=9999.0)
    add(region, "employment", definition="moe_final", weighting="unweighted", wave_months=0, n=55, k=50)
    (row,) = earnings_rows(region)
    assert (row["inst_level"], row["institution"], row["cipcode"]) == ("I", CODE, PROGRAM)
    assert (row["degree_level"], row["grad_cohort"], row["grad_cohort_years"]) == ("03", "2020", 1)
    assert [row[f"y1_{name}_earnings"] for name in ("p25", "p50", "p75")] == [48_000, 60_000, 72_000]
    assert (row["y1_grads_earn"], row["y1_ipeds_count"]) == (40, 55)
    assert [row[f"status_y{years}_earnings"] for years in (1, 5, 10)] == [1, 5, -2]
    assert row["y5_p50_earnings"] is None
    # the count itself is published: only pay is withheld
    assert (row["y5_grads_earn"], row["status_y5_grads_earn"]) == (25, 1)
    assert row["status_y10_ipeds_count"] == -2


@pytest.mark.parametrize(
    ("status", "flag", "marker"),
    [("too_few", 5, "c"), ("not_observed", -1, "x"), ("not_comparable", -1, "x")],
)
def test_withheld_numbers_have_the_flag_and_the_marker_of_their_reason(
    region: Any, status: str, flag: int, marker: str
) -> None:
    wage(region, 12, n=None, p25=None, p50=None, p75=None, status=status)
    (row,) = earnings_rows(region)
    assert (row["status_y1_earnings"], row["status_y1_grads_earn"]) == (flag, flag)
    (row,) = leo_rows(region)
    assert [row[name] for name in ("earnings_LQ", "earnings_median", "earnings_UQ")] == [marker] * 3
    assert row["grads_earnings_include"] == "c"


def test_a_block_of_cohorts_has_the_sum_of_its_graduates_or_none(region: Any) -> None:
    wage(region, 12, cohort_to=2021)
    for cohort, n in ((2020, 55), (2021, 60)):
        add(region, "employment", definition="moe_final", weighting="unweighted", wave_months=0, n=n,
            cohort_from=cohort, cohort_to=cohort)  # fmt: skip
    (row,) = earnings_rows(region)
    assert (row["grad_cohort"], row["grad_cohort_years"], row["y1_ipeds_count"]) == ("2020", 2, 115)
    region.execute("update feedback.employment set n = null, status = 'too_few' where cohort_from = 2021")
    (row,) = earnings_rows(region)
    assert ("y1_ipeds_count" in row, row["status_y1_ipeds_count"]) == (False, 5)


def test_flows_count_the_insured_by_industry_and_in_the_province(region: Any) -> None:
    places = (("same_prefecture", 15), ("same_province", 10), ("other_province", 20))
    for category, k in places:
        add(region, "workplace", horizon_months=12, dimension="place", category=category, n=45, k=k)
    for category, k in (("C", 30), ("other", 15)):
        add(region, "workplace", horizon_months=12, dimension="industry", category=category, n=45, k=k)
    add(region, "employment", definition="register", weighting="unweighted", wave_months=12, n=60, k=45)
    every, of_section = flows_rows(region)
    assert (every["ind_level"], every["industry"], every["y1_grads_emp"]) == ("A", "00", 45)
    assert (every["y1_grads_emp_instate"], every["y1_grads_nme"]) == (25, 15)
    assert (of_section["ind_level"], of_section["industry"], of_section["y1_grads_emp"]) == ("S", "C", 30)
    assert (of_section["status_y1_grads_emp_instate"], of_section["status_y1_grads_nme"]) == (-2, -2)
    assert [every[f"status_y{years}_grads_emp"] for years in (1, 5, 10)] == [1, -2, -2]


def test_leo_rows_have_one_year_after_graduation_each(region: Any) -> None:
    for years in (1, 3):
        common: dict[str, Any] = {"weighting": "unweighted", "wave_months": 12 * years, "n": 60}
        add(region, "employment", definition="register", k=45, share=0.75, **common)
        add(region, "employment", definition="not_captured", k=5, share=0.083, **common)
    add(region, "employment", definition="moe_final", weighting="unweighted", wave_months=0, n=65, k=60)
    wage(region, 36, p75=None)
    first, third = leo_rows(region)
    assert (first["YAG"], first["academic_year"], first["tax_year"]) == (1, "2019/2020", "2021")
    assert (first["grads"], first["grads_matched"]) == ("65", "60")
    assert (first["sust_emp_with_or_without_fs"], first["activity_not_captured"]) == ("75", "8.3")
    assert (first["earnings_median"], first["sust_emp_only"], first["grads_uk"]) == ("z", "z", "z")
    assert (third["YAG"], third["earnings_median"], third["earnings_UQ"]) == (3, "60000", "x")
    assert (first["ukprn"], first["provider_name"]) == (CODE, "东江职业技术学院")
    assert (first["cah2_code"], first["cah2_subject_name"]) == (PROGRAM, "数控技术")
    assert list(first) == list(columns_of("leo_provider"))


def test_leo_says_low_nowhere_because_a_rounded_zero_may_be_nobody(region: Any) -> None:
    add(
        region,
        "employment",
        definition="register",
        weighting="unweighted",
        wave_months=12,
        n=60,
        k=0,
        share=0.0,
    )
    (row,) = leo_rows(region)
    assert row["sust_emp_with_or_without_fs"] == "0"
    assert "low" not in row.values()


def test_the_page_names_every_column() -> None:
    page = PAGE.read_text(encoding="utf-8")
    silent = {
        column
        for name in FILES
        for column in columns_of(name)
        if re.sub(r"y(1|5|10)_", "yN_", column) not in page and f"`{column}`" not in page
    }
    assert silent == set()
