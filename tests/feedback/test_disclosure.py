"""Minimum counts at their exact edges, pooling, rounding, and what may not leave."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest
from synthetic_marts import prepare

from iecareer.errors import IecareerError
from iecareer.feedback import prepare_feedback

AS_OF = date(2026, 11, 21)
CELL = "institution_code = '4142010800' and cohort_year = 2024"


def prepared(build: duckdb.DuckDBPyConnection, *changes: str) -> duckdb.DuckDBPyConnection:
    for change in changes:
        build.execute(change)
    prepare(build, AS_OF)
    return build


def rows(build: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return build.execute(query).fetchall()


@pytest.mark.parametrize(("n", "status"), [(9, "too_few"), (10, "ok")])
@pytest.mark.parametrize(
    ("table", "count", "value"),
    [
        ("response", "n", "response_rate"),
        ("employment", "n", "share"),
        ("job_match", "n", "share"),
        ("retention", "n_at_risk", "retention"),
    ],
)
def test_rate_needs_ten(build: Any, table: str, count: str, value: str, n: int, status: str) -> None:
    more = "" if table != "retention" else " and horizon_months = 12"
    prepared(build, f"update marts.msr_{table} set {count} = {n} where {CELL}{more}")
    found = rows(
        build,
        f"select distinct status, {count}, {value} is null, ci_low is null from feedback.{table} where {CELL}{more}",
    )
    assert found
    hidden = status != "ok"
    assert {row[:3] for row in found} == {(status, None if hidden else n, hidden)}


@pytest.mark.parametrize(("n", "status"), [(29, "too_few"), (30, "ok")])
def test_wage_needs_thirty(build: Any, n: int, status: str) -> None:
    prepared(
        build,
        "drop table marts.msr_starting_salary_pooled",
        f"update marts.msr_starting_salary set n = {n} where {CELL}",
    )
    found = rows(
        build,
        f"select distinct status, n, p25 is null, mean is null, n_cohorts from feedback.starting_salary where {CELL}",
    )
    assert found == [(status, n, n < 30, n < 30, 1)]


@pytest.mark.parametrize(
    ("of_one", "of_two", "of_three", "n_cohorts", "status"),
    [
        (30, 60, 90, 1, "ok"),
        (29, 30, 90, 2, "ok"),
        (29, 29, 30, 3, "ok"),
        (29, 29, 29, 1, "too_few"),
    ],
)
def test_wage_pools_as_few_cohorts_as_needed(
    build: Any, of_one: int, of_two: int, of_three: int, n_cohorts: int, status: str
) -> None:
    prepared(
        build,
        f"update marts.msr_starting_salary set n = {of_one} where {CELL}",
        f"update marts.msr_starting_salary_pooled set n = {of_two} where n_cohorts = 2 and {CELL}",
        f"update marts.msr_starting_salary_pooled set n = {of_three} where n_cohorts = 3 and {CELL}",
    )
    found = rows(build, f"select distinct n_cohorts, status from feedback.starting_salary where {CELL}")
    assert found == [(n_cohorts, status)]


def test_tiny_wage_cell_hides_its_count(build: Any) -> None:
    prepared(
        build,
        "drop table marts.msr_starting_salary_pooled",
        f"update marts.msr_starting_salary set n = 9 where {CELL}",
    )
    assert rows(build, f"select distinct n, status from feedback.starting_salary where {CELL}") == [
        (None, "too_few")
    ]


def test_wages_and_their_peers_are_rounded(build: Any) -> None:
    prepared(build)
    money = ("p25", "p50", "p75", "mean", "peer_q25", "peer_median", "peer_q75", "peer_p25", "peer_p75")
    for name in money:
        uneven = (
            f"select count(*) from feedback.starting_salary where {name} is not null and {name} % 100 <> 0"
        )
        assert rows(build, uneven) == [(0,)], name


def test_status_of_the_mart_stays_and_its_values_go(build: Any) -> None:
    prepared(build, f"update marts.msr_starting_salary set n = 50, status = 'not_comparable' where {CELL}")
    assert rows(build, f"select distinct status, p50, p75 from feedback.starting_salary where {CELL}") == [
        ("not_comparable", None, None)
    ]


def test_unknown_columns_of_a_mart_never_leave(build: Any) -> None:
    prepared(build, "alter table marts.msr_retention add column names_of_leavers varchar default 'x'")
    columns = rows(
        build,
        "select column_name from information_schema.columns where table_schema = 'feedback'",
    )
    assert ("names_of_leavers",) not in columns
    assert ("person_key",) not in columns


@pytest.mark.parametrize("side", ["n_cooperative", "n_comparison"])
@pytest.mark.parametrize(("n", "status"), [(29, "too_few"), (30, "ok")])
def test_differential_needs_thirty_on_both_sides(build: Any, side: str, n: int, status: str) -> None:
    prepared(
        build,
        "update marts.msr_salary_differential set n_cooperative = 99, n_comparison = 99",
        f"update marts.msr_salary_differential set {side} = {n}",
    )
    assert rows(build, "select distinct status, percent is null from feedback.salary_differential") == [
        (status, status != "ok")
    ]


def test_survey_numbers_stand_beside_their_response_rate(build: Any) -> None:
    prepared(build)
    lonely = """select count(*) from feedback.job_match m join feedback.response r
        using (institution_code, program_code, cohort_year, wave_months)
        where r.status = 'ok' and m.response_rate is distinct from r.response_rate"""
    assert rows(build, lonely) == [(0,)]
    register = "select count(response_rate) from feedback.employment where definition = 'register'"
    assert rows(build, register) == [(0,)]


def test_reason_on_too_few_graduates_is_withheld(build: Any) -> None:
    prepared(
        build,
        "update flags.program_flag set reason_1_measure = 'pay', reason_1_n = 29, reason_2_n = 3, reason_3_n = 10",
    )
    found = rows(
        build,
        "select distinct reason_1_zh is null, reason_2_zh is null, reason_3_en is null from feedback.program_flag",
    )
    assert found == [(True, False, False)]


def test_without_flags_the_table_is_empty(build: Any) -> None:
    prepared(build, "drop table flags.program_flag")
    assert rows(build, "select count(*) from feedback.program_flag") == [(0,)]


def test_missing_mart_and_missing_policy_are_said(build: Any) -> None:
    build.execute("delete from seeds.policy_disclosure where name = 'min_n_wage'")
    with pytest.raises(IecareerError, match="min_n_wage"):
        prepare(build, AS_OF)
    with duckdb.connect() as empty, pytest.raises(IecareerError, match="msr_response"):
        prepare_feedback(empty, AS_OF)


def test_newest_policy_row_in_force_applies(build: Any) -> None:
    insert = "insert into seeds.policy_disclosure select name, '{}', unit, '{}', document, clause, description from seeds.policy_disclosure where name = 'min_n_rate'"  # noqa: E501
    prepared(build, insert.format(15, "2026-01-01"), "delete from seeds.policy_disclosure where false")
    assert rows(build, "select value from feedback.policy where name = 'min_n_rate'") == [(15.0,)]
    prepare(build, date(2025, 12, 31))
    assert rows(build, "select value from feedback.policy where name = 'min_n_rate'") == [(10.0,)]


def test_names_fall_back_to_staging_and_then_to_codes(build: Any) -> None:
    prepared(
        build,
        "drop table marts.dim_program",
        "drop table marts.dim_institution",
        "create schema staging",
        """create table staging.stg_institution as select * from (values
            ('4142010800', 'old name', date '2000-01-01'), ('4142010800', 'new name', date '2020-01-01'))
            t(institution_code, institution_name, valid_from)""",
    )
    assert rows(build, "select institution_name from feedback.institution order by 1 desc limit 1") == [
        ("new name",)
    ]
    assert rows(build, "select count(*) from feedback.program where program_name <> program_code") == [(0,)]
