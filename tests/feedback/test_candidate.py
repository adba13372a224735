"""The tables that Python adds to a candidate: differentials, flags, names and policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.feedback import prepare_feedback
from iecareer.feedback.candidate import TABLES
from tests.models import POLICY, build_policy, build_seed

AS_OF = date(2026, 11, 21)
CODE = "4142010800"
BY_DBT = [name for name in TABLES if name not in ("salary_differential", "program_flag")]


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build with a differential and a flag, and what dbt wrote: tables of which only the number of rows matters."""
    with duckdb.connect() as connection:
        for seed in POLICY:
            build_seed(connection, seed)
        for schema in ("marts", "flags", "feedback", "intermediate"):
            connection.execute(f"create schema {schema}")
        for name in BY_DBT:
            connection.execute(
                f"create table feedback.{name} as select '{CODE}' as institution_code, '460103' as program_code"
            )
        for mart in ("response", "employment", "retention", "starting_salary", "job_match"):
            connection.execute(
                f"create table marts.msr_{mart} as select '{CODE}' as institution_code, '460103' as program_code"
            )
        connection.execute("create table intermediate.int_deflator as select 2025 as base_year")
        connection.execute(
            f"""create table marts.msr_salary_differential as select 'register' as measure, 'institution' as scope,
              '{CODE}' as institution_code, null::varchar as program_code, null::varchar as mode,
              null::bigint as cohort_year, 'stratified' as method, 95 as n_cooperative, 95 as n_comparison,
              1 as n_institutions_cooperative, 9 as n_institutions_comparison, 312.0 as difference_cny,
              0.9 as coverage, 0.05 as log_difference, 0.02 as se, 0.0513 as percent, 0.01 as ci_low, 0.09 as ci_high,
              'ok' as status, 'x' as name_of_a_person"""
        )
        connection.execute(
            """create table intermediate.int_differential_count as select 'institution' as analysis_key, measure,
              method, scope, institution_code, program_code, mode, cohort_year, n_cooperative, n_comparison, coverage
              from marts.msr_salary_differential"""
        )
        connection.execute(
            """create table intermediate.int_differential_overlap (measure varchar, method varchar,
              analysis_key varchar, other_analysis_key varchar)"""
        )
        connection.execute(
            f"""create table flags.program_flag as select '{CODE}' as institution_code, '460103' as program_code,
              2025 as cohort_year, true as is_flagged, 'pay' as reason_1_measure, 29 as reason_1_n, 'a' as reason_1_zh,
              'match_recent' as reason_2_measure, 9 as reason_2_n, 'b' as reason_2_zh,
              'course_age' as reason_3_measure, 3 as reason_3_n, 'c' as reason_3_zh"""
        )
        yield connection


def prepared(build: duckdb.DuckDBPyConnection, *changes: str) -> duckdb.DuckDBPyConnection:
    for change in changes:
        build.execute(change)
    build_policy(build, AS_OF)
    prepare_feedback(build, AS_OF, run_id="run-1")
    return build


def rows(build: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return build.execute(query).fetchall()


@pytest.mark.parametrize("side", ["n_cooperative", "n_comparison"])
@pytest.mark.parametrize(("n", "status"), [(25, "too_few"), (30, "ok")])
def test_a_differential_needs_thirty_on_both_sides(build: Any, side: str, n: int, status: str) -> None:
    prepared(build, f"update intermediate.int_differential_count set {side} = {n}")
    found = rows(build, "select status, percent is null, coverage is null from feedback.salary_differential")
    assert found == [(status, status != "ok", status != "ok")]


def test_columns_that_no_rule_names_never_leave(build: Any) -> None:
    prepared(build)
    columns = rows(
        build, "select column_name from information_schema.columns where table_schema = 'feedback'"
    )
    assert ("name_of_a_person",) not in columns
    assert ("reason_1_n",) not in columns
    assert ("difference_cny",) not in columns


def test_probabilities_are_rounded_to_tens_of_percent(build: Any) -> None:
    prepared(build, "alter table flags.program_flag add column score double default 0.5231")
    assert rows(build, "select score, reason_3_zh from feedback.program_flag") == [(0.5, "c")]


def test_without_flags_the_table_is_empty(build: Any) -> None:
    prepared(build, "drop table flags.program_flag")
    assert rows(build, "select count(*) from feedback.program_flag") == [(0,)]


def test_missing_tables_and_policy_are_said(build: Any) -> None:
    with duckdb.connect() as empty, pytest.raises(IecareerError, match=r"feedback\.response"):
        prepare_feedback(empty, AS_OF)
    with pytest.raises(IecareerError, match=r"int_differential_overlap"):
        prepared(build, "alter table intermediate.int_differential_overlap rename to other")
    with pytest.raises(IecareerError, match="min_n_wage"):
        prepared(build, "delete from seeds.policy_disclosure where name = 'min_n_wage'")


def test_policy_holds_what_texts_of_a_release_name(build: Any) -> None:
    held = dict(rows(prepared(build), "select name, value from feedback.policy"))
    assert held["min_n_rate"] == 10
    assert held["differential_min_institutions"] == 5
    assert held["false_discovery_rate"] == 0.4


def test_the_candidate_knows_its_run_and_the_year_of_its_prices(build: Any) -> None:
    assert rows(prepared(build), "from feedback.candidate") == [("run-1", AS_OF, 2025, "first")]
    prepared(build, "drop table intermediate.int_deflator")
    assert rows(build, "select price_base_year from feedback.candidate") == [(None,)]


def test_names_come_from_the_newest_row_of_staging_and_else_are_codes(build: Any) -> None:
    prepared(
        build,
        "create schema if not exists staging",
        f"""create or replace table staging.stg_institution as select * from (values
            ('{CODE}', 'old name', date '2000-01-01'), ('{CODE}', 'new name', date '2020-01-01'))
            t(institution_code, institution_name, valid_from)""",
    )
    assert rows(build, "select institution_name from feedback.institution") == [("new name",)]
    assert rows(build, "select program_name from feedback.program") == [("460103",)]
