"""A build with planted graduates, as far as the estimates read it."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd


def fill(build: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    """The intermediate tables the estimates read, with a mode of every program but one."""
    people = rows.assign(
        graduate_id=np.arange(len(rows)),
        measure="register",
        log_salary=rows["log_pay"],
        real_salary_month_cny=np.exp(rows["log_pay"]),
        n_limits=rows.get("n_limits", 0),
        publication_number=0,
        birth_year=rows["cohort_year"] - rows["age"],
        province_code="330000",
        origin_region_code=np.where(rows["is_local"] == 1, "330122", "340000"),
        entry_score=rows["entry_score"].where(rows["is_score_unknown"] == 0),
    )
    units = people.loc[people["is_cooperative"], ["institution_code", "program_code", "cohort_year"]]
    scope = units.drop_duplicates().reset_index(drop=True)
    assert len(people) >= len(scope)
    build.execute(
        """create table intermediate.int_salary_outcome as
        select measure, graduate_id, institution_code, program_code, cohort_year, region_class, sex,
            is_cooperative, real_salary_month_cny, log_salary, n_limits, publication_number from people"""
    )
    build.execute(
        """create table intermediate.int_graduate as
        select graduate_id, program_group_code, origin_region_code, province_code, birth_year, entry_score
        from people"""
    )
    build.execute("""create table intermediate.int_differential_scope as
        select 'region|all' as analysis_key, 'region' as scope, null::varchar as mode,
            null::integer as cohort_year, false as is_single_treated,
            institution_code as treated_institution_code, program_code as treated_program_code,
            cohort_year as treated_cohort_year from scope
        union all
        select 'mode|order_class', 'mode', 'order_class', null, false, institution_code, program_code,
            cohort_year from scope where program_code <> 'P5'
        union all
        select 'institution|' || institution_code, 'institution', null, null, true, institution_code,
            program_code, cohort_year from scope""")
    build.execute("""create table intermediate.int_differential_analysis as
        select scope.analysis_key, outcome.measure, scope.scope, scope.mode, scope.cohort_year,
            scope.is_single_treated, count(*) as n_treated
        from intermediate.int_differential_scope as scope
        inner join intermediate.int_salary_outcome as outcome
            on scope.treated_institution_code = outcome.institution_code
            and scope.treated_program_code = outcome.program_code
            and scope.treated_cohort_year = outcome.cohort_year and outcome.is_cooperative
        group by all""")
