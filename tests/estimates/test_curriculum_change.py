"""The table of changes: whose cohorts are before and after, who is no comparison, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from iecareer.estimates.curriculum_change import estimate_changes
from iecareer.estimates.policy import read_policy
from tests.models import build_model

AS_OF = date(2026, 1, 1)
EFFECT = 0.15
YEARS = range(2015, 2024)


def world(
    build: duckdb.DuckDBPyConnection,
    n_changed: int = 8,
    effect: float = EFFECT,
    changed_on: str = "2018-09-01",
) -> pd.DataFrame:
    """Twenty institutions with two programs; of the first ones 460101 changes and is better from 2019 on."""
    rng = np.random.default_rng(1)
    values, graduates, answers = [], [], []
    for institution in range(20):
        code = f"I{institution:02d}"
        for program in ("460101", "510202"):
            is_changed = institution < n_changed and program == "460101"
            for year in YEARS:
                after = effect if is_changed and year >= 2019 else 0.0
                share = rng.normal(0.6 + 0.01 * (year - 2015) + after, 0.03)
                values.append((code, program, year, share))
                graduates += [(code, program, year, f"{year}-06-{day:02d}") for day in (20, 24, 30)]
            if is_changed:
                answers.append((code, program, "R1", "done", changed_on))
    frame = pd.DataFrame(values, columns=["institution_code", "program_code", "cohort_year", "value"])
    people = pd.DataFrame(
        graduates, columns=["institution_code", "program_code", "cohort_year", "graduated_on"]
    ).assign(graduated_on=lambda each: pd.to_datetime(each["graduated_on"]).dt.date)
    columns = ["institution_code", "program_code", "release_id", "decision", "change_effective_from"]
    reviews = pd.DataFrame(answers, columns=columns).astype(str)
    assert len(people) == 3 * len(frame)
    assert len(reviews) == n_changed
    build.execute("create schema if not exists staging")
    # The lower median: of three the second.
    build.execute("""create table intermediate.int_program_cohort as
        select institution_code, program_code, cohort_year, quantile_disc(graduated_on, 0.5) as graduated_on
        from people group by all""")
    build.execute("""create table staging.stg_curriculum_review as select institution_code, program_code,
        release_id, decision, change_effective_from::date as change_effective_from from reviews""")
    return frame.assign(
        indicator="job_match",
        study_level="higher_vocational",
        n=40,
        n_effective=40.0,
        squares=0.0,
        is_limited=False,
    )


def table(
    build: duckdb.DuckDBPyConnection, values: pd.DataFrame
) -> dict[tuple[str, int | None], dict[str, Any]]:
    build_model(build, "int_curriculum_change", AS_OF)
    estimate_changes(build, values, read_policy(build))
    rows = build.sql("from estimates.curriculum_change").to_arrow_table().to_pylist()
    found = {(row["indicator"], row["event_time"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_the_planted_change_is_found(build: duckdb.DuckDBPyConnection) -> None:
    found = table(build, world(build))

    assert [time for indicator, time in found if indicator == "job_match"] == [
        -4,
        -3,
        -2,
        0,
        1,
        2,
        3,
        4,
        None,
    ]
    after, before = found["job_match", None], found["job_match", -2]
    assert (after["status"], after["warning"], after["n_changed"], after["n_comparison"]) == (
        "ok",
        None,
        8,
        12,
    )
    assert after["ci_low"] < EFFECT < after["ci_high"]
    assert after["ci_low"] > 0
    assert before["ci_low"] < 0 < before["ci_high"]


def test_the_first_cohort_after_a_change_left_after_it(build: duckdb.DuckDBPyConnection) -> None:
    """Lower median day of graduation is 24 June: a change on that day reaches the next cohort first."""
    values = world(build, changed_on="2019-06-24")
    on_the_day = table(build, values)
    build.execute("update staging.stg_curriculum_review set change_effective_from = '2019-06-23'")
    day_before = table(build, values)

    # The effect is planted from 2019 on: before the change by one cohort, or from its first cohort on.
    assert on_the_day["job_match", 0]["estimate"] == pytest.approx(0, abs=0.05)
    assert on_the_day["job_match", -2]["estimate"] == pytest.approx(-EFFECT, abs=0.05)
    assert on_the_day["job_match", None]["warning"].startswith("before the change")
    assert day_before["job_match", 0]["estimate"] == pytest.approx(EFFECT, abs=0.05)


def test_a_bad_cohort_by_chance_before_the_change_is_warned_of(build: duckdb.DuckDBPyConnection) -> None:
    """Nothing is planted but one bad cohort: what follows looks better, and the cohorts before it say why."""
    values = world(build, effect=0.0)
    is_dip = (
        values["cohort_year"].eq(2018)
        & values["program_code"].eq("460101")
        & values["institution_code"].lt("I08")
    )
    found = table(build, values.assign(value=values["value"] - 0.15 * is_dip))

    assert found["job_match", None]["ci_low"] > 0
    assert found["job_match", -2]["ci_low"] > 0
    assert (
        found["job_match", None]["warning"]
        == "before the change the programs already moved differently from their peers"
    )


def test_four_changed_institutions_are_refused(build: duckdb.DuckDBPyConnection) -> None:
    row = table(build, world(build, n_changed=4))["job_match", None]

    assert (row["status"], row["n_changed"], row["estimate"], row["ci_low"]) == (
        "not_comparable",
        4,
        None,
        None,
    )
    assert row["reason"] == "4 institutions with changed programs, fewer than 5"


def test_without_peers_that_did_not_change_there_is_no_value(build: duckdb.DuckDBPyConnection) -> None:
    row = table(build, world(build, n_changed=17))["job_match", None]

    assert (row["status"], row["estimate"]) == ("not_comparable", None)


@pytest.mark.parametrize("answers", ["nobody", "others"])
def test_without_changes_each_indicator_says_so(build: duckdb.DuckDBPyConnection, answers: str) -> None:
    values = world(build)
    build.execute(
        "delete from staging.stg_curriculum_review"
        if answers == "nobody"
        else "update staging.stg_curriculum_review set decision = 'accepted'"
    )
    found = table(build, values)

    assert list(found) == [(indicator, None) for indicator in ("job_match", "retention", "starting_pay")]
    assert {row["reason"] for row in found.values()} == {"0 institutions with changed programs, fewer than 5"}


def test_a_planned_change_ends_a_comparison_and_an_undated_one_leaves_the_program_out(
    build: duckdb.DuckDBPyConnection,
) -> None:
    values = world(build)
    build.execute("""insert into staging.stg_curriculum_review values
        ('I10', '460101', 'R1', 'planned', '2020-09-01'), ('I11', '460101', 'R1', 'done', null)""")
    found = table(build, values)

    assert found["job_match", 1]["n_comparison"] == 11
    assert found["job_match", 2]["n_comparison"] == 10


def test_values_at_the_limits_of_the_contribution_base_are_left_out(
    build: duckdb.DuckDBPyConnection,
) -> None:
    values = world(build)
    is_limited = values["institution_code"].isin(["I00", "I15"]) & (values["cohort_year"] == 2018)
    found = table(build, values.assign(is_limited=is_limited))["job_match", None]

    assert (found["n_changed"], found["n_comparison"]) == (7, 11)


def test_nobody_known_is_a_table_of_refusals(build: duckdb.DuckDBPyConnection) -> None:
    found = table(build, world(build).head(0))

    assert {row["status"] for row in found.values()} == {"not_comparable"}
    assert len(found) == 3
